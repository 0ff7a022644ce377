/** HTTP: what operators, load balancers and Prometheus ask a node. The only package that knows Javalin and Jetty. */
@NullMarked
package io.ratiskv.rest;

import org.jspecify.annotations.NullMarked;
