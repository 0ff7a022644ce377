/** What the modules may know of each other and of the platform, checked on the class files. */
@org.jspecify.annotations.NullMarked
package io.ratiskv.architecture;
