/**
 * The lab: a deterministic discrete-event simulation of clients, guards and a dependency in virtual
 * time. {@link io.foreguard.benchmarks.lab.LabRun} plays families of incidents against Foreguard,
 * its peers and an oracle, and writes what each of them lost.
 */
@NullMarked
package io.foreguard.benchmarks.lab;

import org.jspecify.annotations.NullMarked;
