/**
 * The table and the HTML page of a run, computed from its raw logs and from nothing else. Start at
 * {@link io.foreguard.samples.incident.report.Report}.
 */
@NullMarked
package io.foreguard.samples.incident.report;

import org.jspecify.annotations.NullMarked;
