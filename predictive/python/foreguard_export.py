"""Writes a scikit-learn classifier as JSON that Foreguard reads.

    from foreguard_export import export
    export(model, "model.json")

or, from a shell, for a model that is pickled (which runs code: only files that you trust):

    python3 foreguard_export.py model.pickle model.json

Needs numpy and the scikit-learn (0.24 or later) that the model was made with, and nothing else. Supported are binary
classifiers of these kinds, alone or as the last step of a Pipeline behind StandardScaler, RobustScaler, MinMaxScaler or
SimpleImputer: LogisticRegression, DecisionTreeClassifier, ExtraTreeClassifier, RandomForestClassifier,
ExtraTreesClassifier, GradientBoostingClassifier, HistGradientBoostingClassifier; and CalibratedClassifierCV with one
calibrated classifier (cv="prefit" or ensemble=False) around any of them. Anything else raises ExportError, which names it.

The format, version 1: one JSON object with these members.

    format          "foreguard-sklearn"
    version         1
    library         name and version of the tool
    estimator       name of the class
    classes         two strings; the second is the positive class
    feature_count   number of features
    features        their names, or null
    steps           what happens to the features first, in this order; each with one number per feature:
                    {"kind": "standardize", "center", "scale"}   (x - center) / scale
                    {"kind": "multiply", "factor", "shift"}      x * factor + shift
                    {"kind": "impute", "values"}                 what a missing (NaN) feature becomes
    model           {"kind": "linear", "weights", "intercept"}, or
                    {"kind": "trees", "aggregation": "mean" or "sum", "offset", "single_precision", "trees"}; each tree
                    has "weight" and, one per node, "feature" (-1 for a leaf), "threshold", "left" (taken when
                    feature <= threshold), "right", "missing_left" (1 when a missing feature goes left), "value" (of a
                    leaf), "cover" (share of the training data that came by); the root is node 0. With single_precision,
                    features are rounded to float before they are compared.
    link            what makes the model's score the probability of the positive class: {"kind": "identity"},
                    {"kind": "logistic", "slope", "intercept"}: 1 / (1 + exp(-(slope * score + intercept))), or
                    {"kind": "isotonic", "scores", "probabilities"}: interpolated between these, constant outside
"""
import json
import pickle
import sys

import numpy as np
import sklearn

VERSION = 1


class ExportError(ValueError):
    """The model, or something in it, cannot be exported; the message names it."""


def export(model, path, feature_names=None):
    """Writes the fitted binary classifier `model` to `path`.

    feature_names: one name per feature, in order; default: the names that the model was fitted with, if any.
    """
    document = to_document(model, feature_names)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(document, out, separators=(",", ":"))


def to_document(model, feature_names=None):
    """The document that `export` writes, as Python objects."""
    classes = getattr(model, "classes_", None)
    if classes is None or len(classes) != 2:
        raise ExportError(f"{_name(model)} must be a fitted classifier of 2 classes")
    names = feature_names if feature_names is not None else getattr(model, "feature_names_in_", None)
    features = int(getattr(model, "n_features_in_"))
    if names is not None and len(names) != features:
        raise ExportError(f"feature_names must have {features} names, but has {len(names)}")
    link = None
    inner = model
    if _name(model) == "CalibratedClassifierCV":
        inner, link = _calibrated(model)
    steps = []
    estimator = inner
    if _name(inner) == "Pipeline":
        for _, step in inner.steps[:-1]:
            if step is not None and step != "passthrough":
                steps.append(_step(step, features))
        estimator = inner.steps[-1][1]
    score, own_link = _estimator(estimator)
    if link is None:
        link = own_link
    elif link.pop("of_probability") and own_link["kind"] != "identity":
        raise ExportError(f"CalibratedClassifierCV of the probabilities of {_name(estimator)} is not supported")
    return {
        "format": "foreguard-sklearn",
        "version": VERSION,
        "library": "scikit-learn " + sklearn.__version__,
        "estimator": _name(estimator) if inner is model else "calibrated " + _name(estimator),
        "classes": [str(c) for c in classes],
        "feature_count": features,
        "features": None if names is None else [str(n) for n in names],
        "steps": steps,
        "model": score,
        "link": link,
    }


def _name(thing):
    return type(thing).__name__


def _numbers(values):
    return [float(v) for v in np.asarray(values, dtype=np.float64).ravel()]


def _step(step, features):
    kind = _name(step)
    if kind in ("StandardScaler", "RobustScaler"):
        center = step.mean_ if kind == "StandardScaler" else step.center_
        used = step.with_mean if kind == "StandardScaler" else step.with_centering
        scaled = step.with_std if kind == "StandardScaler" else step.with_scaling
        return {
            "kind": "standardize",
            "center": _numbers(center) if used else [0.0] * features,
            "scale": _numbers(step.scale_) if scaled else [1.0] * features,
        }
    if kind == "MinMaxScaler" and not getattr(step, "clip", False):
        return {"kind": "multiply", "factor": _numbers(step.scale_), "shift": _numbers(step.min_)}
    if kind == "SimpleImputer":
        if step.add_indicator or not (isinstance(step.missing_values, float) and np.isnan(step.missing_values)):
            raise ExportError("SimpleImputer must replace NaN, without add_indicator")
        values = _numbers(step.statistics_)
        if len(values) != features or not np.all(np.isfinite(values)):
            raise ExportError("SimpleImputer must know a value for every feature")
        return {"kind": "impute", "values": values}
    raise ExportError(f"Pipeline step {kind} is not supported")


def _estimator(model):
    kind = _name(model)
    if kind == "LogisticRegression":
        # Fitted as multinomial, two classes have the scores -d and d, and softmax makes of them sigmoid(2 d).
        slope = 2.0 if getattr(model, "multi_class", "auto") == "multinomial" else 1.0
        score = {"kind": "linear", "weights": _numbers(model.coef_), "intercept": float(model.intercept_[0])}
        return score, _logistic(slope)
    if kind in ("DecisionTreeClassifier", "ExtraTreeClassifier"):
        return _forest([model], model), {"kind": "identity"}
    if kind in ("RandomForestClassifier", "ExtraTreesClassifier"):
        return _forest(model.estimators_, model), {"kind": "identity"}
    if kind == "GradientBoostingClassifier":
        return _gradient_boosting(model)
    if kind == "HistGradientBoostingClassifier":
        return _hist_gradient_boosting(model)
    raise ExportError(f"{kind} is not supported")


def _logistic(slope):
    return {"kind": "logistic", "slope": slope, "intercept": 0.0}


def _trees(aggregation, offset, single, trees):
    return {
        "kind": "trees",
        "aggregation": aggregation,
        "offset": offset,
        "single_precision": single,
        "trees": trees,
    }


def _tree(tree, weight, values):
    leaf = tree.children_left < 0
    missing = getattr(tree, "missing_go_to_left", None)
    return {
        "weight": weight,
        "feature": [int(f) for f in np.where(leaf, -1, tree.feature)],
        "threshold": _numbers(np.where(leaf, 0, tree.threshold)),
        "left": [int(n) for n in tree.children_left],
        "right": [int(n) for n in tree.children_right],
        "missing_left": [0] * len(leaf) if missing is None else [int(m) for m in missing],
        "value": _numbers(values),
        "cover": _numbers(tree.weighted_n_node_samples),
    }


def _forest(estimators, model):
    if model.n_outputs_ != 1:
        raise ExportError(f"{_name(model)} of several outputs is not supported")
    trees = []
    for estimator in estimators:
        counts = estimator.tree_.value[:, 0, :]
        trees.append(_tree(estimator.tree_, 1.0, counts[:, 1] / counts.sum(axis=1)))
    return _trees("mean", 0.0, True, trees)


def _gradient_boosting(model):
    init = model.init_
    if isinstance(init, str) or init is None:
        offset = 0.0
    elif _name(init) == "DummyClassifier" and init.strategy == "prior":
        probability = float(init.class_prior_[1])
        eps = float(np.finfo(np.float32).eps)
        probability = min(max(probability, eps), 1 - eps)
        offset = float(np.log(probability / (1 - probability)))
        if model.loss == "exponential":
            offset /= 2
    else:
        raise ExportError(f"GradientBoostingClassifier with init {_name(init)} is not supported")
    trees = []
    for stage in model.estimators_[:, 0]:
        trees.append(_tree(stage.tree_, float(model.learning_rate), stage.tree_.value[:, 0, 0]))
    return _trees("sum", offset, True, trees), _logistic(2.0 if model.loss == "exponential" else 1.0)


def _hist_gradient_boosting(model):
    if getattr(model, "_preprocessor", None) is not None or getattr(model, "is_categorical_", None) is not None:
        raise ExportError("HistGradientBoostingClassifier with categorical features is not supported")
    trees = []
    for stage in model._predictors:
        nodes = stage[0].nodes
        if nodes["is_categorical"].any():
            raise ExportError("HistGradientBoostingClassifier with categorical features is not supported")
        leaf = nodes["is_leaf"].astype(bool)
        trees.append({
            "weight": 1.0,
            "feature": [int(f) for f in np.where(leaf, -1, nodes["feature_idx"].astype(np.int64))],
            "threshold": _numbers(np.where(leaf, 0, nodes["num_threshold"])),
            "left": [int(n) for n in np.where(leaf, -1, nodes["left"].astype(np.int64))],
            "right": [int(n) for n in np.where(leaf, -1, nodes["right"].astype(np.int64))],
            "missing_left": [int(m) for m in nodes["missing_go_to_left"]],
            "value": _numbers(nodes["value"]),
            "cover": _numbers(nodes["count"]),
        })
    offset = float(np.asarray(model._baseline_prediction).ravel()[0])
    return _trees("sum", offset, False, trees), _logistic(1.0)


def _calibrated(model):
    if len(model.calibrated_classifiers_) != 1:
        raise ExportError("CalibratedClassifierCV must have one classifier: cv='prefit' or ensemble=False")
    calibrated = model.calibrated_classifiers_[0]
    inner = getattr(calibrated, "estimator", None)
    inner = calibrated.base_estimator if inner is None else inner
    last = inner.steps[-1][1] if _name(inner) == "Pipeline" else inner
    of_probability = not hasattr(last, "decision_function")
    calibrator = calibrated.calibrators[0]
    if _name(calibrator) == "_SigmoidCalibration":
        link = {"kind": "logistic", "slope": -float(calibrator.a_), "intercept": -float(calibrator.b_)}
    elif _name(calibrator) == "IsotonicRegression" and calibrator.increasing_:
        link = {
            "kind": "isotonic",
            "scores": _numbers(calibrator.X_thresholds_),
            "probabilities": _numbers(calibrator.y_thresholds_),
        }
    else:
        raise ExportError(f"CalibratedClassifierCV with {_name(calibrator)} is not supported")
    link["of_probability"] = of_probability
    return inner, link


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: foreguard_export.py MODEL.pickle MODEL.json")
    with open(sys.argv[1], "rb") as source:
        loaded = pickle.load(source)
    try:
        export(loaded, sys.argv[2])
    except ExportError as e:
        sys.exit(str(e))
