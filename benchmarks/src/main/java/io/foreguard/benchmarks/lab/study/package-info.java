/**
 * Studies of single abilities beside what is possible: detecting a change ({@link
 * io.foreguard.benchmarks.lab.study.Detection}) and probing an outage ({@link
 * io.foreguard.benchmarks.lab.study.Probing}).
 */
@NullMarked
package io.foreguard.benchmarks.lab.study;

import org.jspecify.annotations.NullMarked;
