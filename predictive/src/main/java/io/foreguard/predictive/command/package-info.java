/**
 * The command line: train, judge, score and features. Start at {@link
 * io.foreguard.predictive.command.Foreguard}.
 */
@NullMarked
package io.foreguard.predictive.command;

import org.jspecify.annotations.NullMarked;
