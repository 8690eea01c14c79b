/**
 * The lab's raw results as CSV, and the report that is computed from them and nothing else. Start
 * at {@link io.foreguard.benchmarks.lab.report.Results} and {@link
 * io.foreguard.benchmarks.lab.report.Report}.
 */
@NullMarked
package io.foreguard.benchmarks.lab.report;

import org.jspecify.annotations.NullMarked;
