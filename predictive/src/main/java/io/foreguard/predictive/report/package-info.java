/**
 * Reports of figures, as Markdown and as one HTML page that needs nothing else. Start at {@link
 * io.foreguard.predictive.report.Report}.
 */
@NullMarked
package io.foreguard.predictive.report;

import org.jspecify.annotations.NullMarked;
