/**
 * Guards for HTTP clients: {@link io.foreguard.spring.http.RestClientGuards} and {@link
 * io.foreguard.spring.http.WebClientGuards}.
 */
@NullMarked
package io.foreguard.spring.http;

import org.jspecify.annotations.NullMarked;
