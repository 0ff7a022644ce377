package io.ratiskv.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A page in {@link Chromium}, and what it said and asked for. One thread at a time. */
final class Page implements AutoCloseable {
    private static final int WAIT_MILLIS = 30_000;
    private static final Map<String, Integer> KEYS =
            Map.of("Enter", 13, "Tab", 9, "Escape", 27, "ArrowUp", 38, "ArrowLeft", 37);
    private static final Pattern NO_NETWORK = Pattern.compile("(data|about|blob):.*", Pattern.DOTALL);

    private final Chromium browser;
    private final String target;
    private final String session;
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Set<String> hosts = new ConcurrentSkipListSet<>();

    Page(Chromium browser, String target, String session) {
        this.browser = browser;
        this.target = target;
        this.session = session;
        browser.listen(event -> {
            if (event.path("sessionId").asString("").equals(session)) happened(event);
        });
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) call(domain + ".enable", Map.of());
    }

    private void happened(JsonNode event) {
        JsonNode about = event.get("params");
        switch (event.get("method").asString()) {
            case "Network.requestWillBeSent" -> {
                String url = about.at("/request/url").asString();
                if (!NO_NETWORK.matcher(url).matches())
                    hosts.add(URI.create(url).getAuthority());
            }
            case "Runtime.exceptionThrown" -> faults.add(about.toString());
            case "Runtime.consoleAPICalled" -> {
                if (Set.of("error", "warning", "assert")
                        .contains(about.get("type").asString())) {
                    faults.add(about.get("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (Set.of("error", "warning").contains(about.at("/entry/level").asString())) {
                    faults.add(about.get("entry").toString());
                }
            }
            case "Page.javascriptDialogOpening" -> faults.add("a dialog: " + about.get("message"));
            default -> {}
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        return browser.call(session, method, parameters);
    }

    void open(String url) {
        call("Page.navigate", Map.of("url", url));
        await("location.href === '" + url + "' && document.readyState === 'complete'");
    }

    /** The value of an expression; a promise is waited for. */
    JsonNode value(String expression) {
        JsonNode result =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (result.has("exceptionDetails")) throw new AssertionError(expression + ": " + result);
        return result.at("/result/value");
    }

    /** The text of what the selector finds first; empty when there is none. */
    String text(String selector) {
        return value("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''")
                .asString();
    }

    /** Lets the page look again and again until the condition holds. */
    void await(String condition) {
        boolean holds = value("new Promise(done => { const end = Date.now() + " + WAIT_MILLIS + "; (function look() {"
                        + " let holds = false; try { holds = " + condition + "; } catch (notYet) {}"
                        + " if (holds || Date.now() > end) done(Boolean(holds)); else setTimeout(look, 20); })(); })")
                .asBoolean();
        assertTrue(
                holds,
                () -> condition + " never held; the page shows:\n"
                        + value("document.body.innerText").asString() + "\nand said " + faults);
    }

    void awaitText(String selector, String part) {
        await("document.querySelector(" + quoted(selector) + ").innerText.includes(" + quoted(part) + ")");
    }

    void click(String selector) {
        await("document.querySelector(" + quoted(selector) + ").checkVisibility()");
        value("document.querySelector(" + quoted(selector) + ").click()");
    }

    /** Into what has the focus. */
    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    void key(String key) {
        Map<String, Object> event = new HashMap<>(
                Map.of("type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode", KEYS.getOrDefault(key, 0)));
        if (key.equals("Enter")) event.put("text", "\r");
        call("Input.dispatchKeyEvent", event);
        event.put("type", "keyUp");
        event.remove("text");
        call("Input.dispatchKeyEvent", event);
    }

    void size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void theme(String light) {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", light))));
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(call("Page.captureScreenshot", Map.of("format", "png"))
                                .get("data")
                                .asString()));
    }

    /** Errors and warnings so far, of scripts, of the page's policy and of requests. */
    List<String> faults() {
        return faults;
    }

    /** All that were asked for anything. */
    Set<String> hosts() {
        return hosts;
    }

    @Override
    public void close() {
        browser.call("", "Target.closeTarget", Map.of("targetId", target));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
