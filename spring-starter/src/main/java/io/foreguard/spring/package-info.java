/** Auto-configures Foreguard in a Spring Boot application. */
@NullMarked
package io.foreguard.spring;

import org.jspecify.annotations.NullMarked;
