package io.foreguard.predictive.imports;

import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.Scorer;
import java.util.List;

/**
 * What a reader makes of a file: how likely the tool's positive class is.
 *
 * @param origin tool, version and kind of model, for people
 * @param scorer the score, which grows with how likely the positive class is
 * @param calibration the probability of the positive class by score
 * @param features names in the model's order; empty where the file has none
 * @param classes names of the negative and of the positive class; empty where the file has none
 * @param notes what a user should know about this import
 */
record ImportedScorer(
    String origin,
    Scorer scorer,
    Calibration calibration,
    List<String> features,
    List<String> classes,
    List<String> notes) {}
