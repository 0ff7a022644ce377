package io.ratiskv.agreement;

import io.ratiskv.api.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes a disagreement small: fewer steps, fewer and shorter words, plainer settings. Confined to one thread. */
final class Shrinker {
    private static final int TRIES_MAX = 5_000;

    private final Duel duel;
    private final String command;
    private Scene scene;
    private List<Step> steps;
    private int tries;

    /** @param steps the last of which is in disagreement */
    Shrinker(Duel duel, Scene scene, List<Step> steps, Exchange disagreement) {
        this.duel = duel;
        this.scene = scene;
        this.steps = steps;
        this.command = disagreement.name();
    }

    /** What is left, as a transcript's section: requests, what Redis replied, and last what the library did instead. */
    String shrink() throws IOException {
        if (!disagrees(scene, steps)) {
            return "not to be seen again from the same beginning:\n"
                    + Finding.write(scene, steps, duel.run(scene, steps).exchanges());
        }
        dropSteps();
        plainScene();
        for (int i = 0; i < steps.size(); i++) {
            shortenWords(i);
        }
        dropSteps();
        return Finding.write(scene, steps, duel.run(scene, steps).exchanges());
    }

    private void dropSteps() throws IOException {
        for (int size = Math.max(1, steps.size() / 2); size > 0; size /= 2) {
            for (int from = steps.size() - 1 - size; from > -size && tries < TRIES_MAX; from -= size) {
                List<Step> fewer = new ArrayList<>(steps);
                fewer.subList(Math.max(0, from), from + size).clear();
                keepIfDisagrees(scene, fewer);
            }
        }
    }

    private void plainScene() throws IOException {
        keepIfDisagrees(Scene.PLAIN, steps);
        keepIfDisagrees(new Scene(2, scene.limits()), steps);
        for (var limit : List.copyOf(scene.limits().keySet())) {
            var fewer = new java.util.EnumMap<>(scene.limits());
            fewer.remove(limit);
            keepIfDisagrees(new Scene(scene.protocol(), fewer), steps);
        }
    }

    private void shortenWords(int index) throws IOException {
        if (!(steps.get(index) instanceof Step.Ask ask)) {
            return;
        }
        for (int size = ask.words().length / 2; size > 0; size /= 2) {
            Bytes[] words = ((Step.Ask) steps.get(index)).words();
            for (int from = words.length - size; from > 0; from -= size) {
                Bytes[] current = ((Step.Ask) steps.get(index)).words();
                Bytes[] fewer = new Bytes[current.length - size];
                System.arraycopy(current, 0, fewer, 0, from);
                System.arraycopy(current, from + size, fewer, from, fewer.length - from);
                replace(index, fewer);
            }
        }
        Bytes[] words = ((Step.Ask) steps.get(index)).words();
        for (int i = 1; i < words.length; i++) {
            for (int length = words[i].length() / 2; words[i].length() > 4 && length > 0; length /= 2) {
                Bytes[] shorter = Arrays.copyOf(words, words.length);
                shorter[i] = words[i].slice(0, length);
                if (!replace(index, shorter)) {
                    break;
                }
                words = shorter;
            }
        }
    }

    private boolean replace(int index, Bytes[] words) throws IOException {
        List<Step> changed = new ArrayList<>(steps);
        changed.set(index, new Step.Ask(words));
        return keepIfDisagrees(scene, changed);
    }

    private boolean keepIfDisagrees(Scene plainer, List<Step> fewer) throws IOException {
        boolean keeps = tries++ < TRIES_MAX && disagrees(plainer, fewer);
        if (keeps) {
            scene = plainer;
            steps = fewer;
        }
        return keeps;
    }

    /** Of the same command: another's is another finding. */
    private boolean disagrees(Scene plainer, List<Step> fewer) throws IOException {
        Duel.Course course = duel.run(plainer, fewer);
        return !course.agrees() && course.exchanges().getLast().name().equals(command);
    }
}
