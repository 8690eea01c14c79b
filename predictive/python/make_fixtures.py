"""Rebuilds the models and predictions that the import tests compare with.

    apt-get install python3-sklearn python3-xgboost python3-onnx
    /usr/bin/python3 predictive/python/make_fixtures.py [NAME ...]

Models come from Debian's scikit-learn and xgboost and from the onnx helpers; ONNX models are evaluated by ONNX Runtime,
and a newer XGBoost is run as well, both fetched from Maven Central into a folder for temporary files.

For each model NAME there are, in src/test/resources/io/foreguard/predictive/imports:
    NAME.EXT.gz           what the tool saved
    NAME.rows.json.gz     per feature, values that rows draw from: thresholds and their neighbours, NaN, infinities
    NAME.predicted.gz     the tool's probability of the positive class for 10,000 rows, in units of 1 / (2^24 - 1), three
                          bytes each, little-endian
The rows are not stored: ImportedModelFixture makes the same ones (see `rows` below).
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import xgboost
from onnx import TensorProto, helper
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import foreguard_export  # noqa: E402

OUT = os.path.join(HERE, "../src/test/resources/io/foreguard/predictive/imports")
NAMES = ["active_connections", "p95_latency", "transaction_rate", "failure_share", "p95_latency_mean_1h",
         "failure_share_trend_30min"]
COLUMNS = len(NAMES)
ROWS = 10_000
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>fixtures</groupId><artifactId>fixtures</artifactId><version>1</version><dependencies>
<dependency><groupId>ml.dmlc</groupId><artifactId>xgboost4j_2.12</artifactId><version>3.4.0</version></dependency>
<dependency><groupId>com.microsoft.onnxruntime</groupId><artifactId>onnxruntime</artifactId><version>1.22.0</version>
</dependency></dependencies></project>"""
TOOLS = os.path.join(tempfile.gettempdir(), "foreguard-fixture-tools")
WORK = tempfile.mkdtemp()


def uniform(seed, count):
    """SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014) in [0, 1)."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def rows(special):
    """3 of 10 values are drawn from the feature's special ones, the others from [-4, 4)."""
    u = uniform(1, ROWS * COLUMNS * 2).reshape(ROWS, COLUMNS, 2)
    out = (u[:, :, 1] - 0.5) * 8
    for f, values in enumerate(special):
        if values:
            drawn = np.array(values)[(u[:, f, 1] * len(values)).astype(int)]
            out[:, f] = np.where(u[:, f, 0] < 0.3, drawn, out[:, f])
    return out


def training(missing=False):
    u = uniform(2, 1500 * COLUMNS).reshape(1500, COLUMNS)
    x = (u - 0.5) * 8
    x[:, 3] = np.round(x[:, 3] * 2) / 2
    x = x.astype(np.float32).astype(np.float64)
    logit = 1.2 * x[:, 0] - x[:, 1] * (x[:, 2] > 0) + np.abs(x[:, 3]) - 1.5
    y = (uniform(3, 1500) < 1 / (1 + np.exp(-logit))).astype(int)
    if missing:
        x[uniform(4, x.size).reshape(x.shape) < 0.15] = np.nan
    return x, y


def special_of(thresholds, extra=()):
    """Up to 40 thresholds per feature, as they are, as floats, and the neighbours of both; and `extra`."""
    special = []
    for values in thresholds:
        values = sorted({float(v) for v in values if np.isfinite(v)})
        values = values[:: max(1, len(values) // 40)]
        chosen = list(extra)
        for v in values:
            single = np.float32(v)
            chosen += [v, np.nextafter(v, -np.inf), np.nextafter(v, np.inf), float(single),
                       float(np.nextafter(single, np.float32(-np.inf))),
                       float(np.nextafter(single, np.float32(np.inf)))]
        special.append([float(v) for v in chosen])
    return special


def document_thresholds(document):
    """Thresholds per feature, in units of the features as they are given."""
    per = [[] for _ in range(COLUMNS)]
    for tree in document["model"].get("trees", []):
        for f, t in zip(tree["feature"], tree["threshold"]):
            if f >= 0:
                per[f].append(t)
    for step in reversed(document["steps"]):
        for f in range(COLUMNS):
            if step["kind"] == "standardize":
                per[f] = [t * step["scale"][f] + step["center"][f] for t in per[f]]
            elif step["kind"] == "multiply":
                per[f] = [(t - step["shift"][f]) / step["factor"][f] for t in per[f]]
    return per


def booster_thresholds(path):
    with open(path, encoding="utf-8") as source:
        model = json.load(source)["learner"]["gradient_booster"]
    model = model.get("gbtree", model)["model"]
    per = [[] for _ in range(COLUMNS)]
    for tree in model.get("trees", []):
        for left, f, t in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left >= 0:
                per[f].append(np.float32(t))
    return per


def save(name, model_path, special, predicted):
    os.makedirs(OUT, exist_ok=True)
    extension = model_path.rsplit(".", 1)[1]
    with open(model_path, "rb") as source:
        write(f"{name}.{extension}.gz", source.read())
    write(f"{name}.rows.json.gz", json.dumps(special).encode())
    scaled = np.rint(np.asarray(predicted, dtype=np.float64) * (2**24 - 1)).astype("<u4")
    write(f"{name}.predicted.gz", scaled.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
    print(f"{name}: P from {np.min(predicted):.4f} to {np.max(predicted):.4f}")


def write(name, content):
    with open(os.path.join(OUT, name), "wb") as out:
        with gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
            packed.write(content)


def java(program, *args):
    jars = os.path.join(TOOLS, "lib")
    if not os.path.isdir(jars):
        os.makedirs(TOOLS, exist_ok=True)
        with open(os.path.join(TOOLS, "pom.xml"), "w", encoding="utf-8") as pom:
            pom.write(POM)
        subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], cwd=TOOLS, check=True)
    command = ["java", "-cp", os.path.join(jars, "*"), os.path.join(HERE, program + ".java")]
    subprocess.run(command + [str(a) for a in args], check=True)


def path(name):
    return os.path.join(WORK, name)


# --- XGBoost


def boost(name, rounds=30, missing=True, formats=("json",), named=True, **settings):
    x, y = training(missing)
    settings = {"max_depth": 4, "seed": 7, "nthread": 1, "objective": "binary:logistic", **settings}
    names = NAMES if named else None
    booster = xgboost.train(settings, xgboost.DMatrix(x, y, feature_names=names), rounds)
    booster.save_model(path(name + ".json"))
    special = special_of(booster_thresholds(path(name + ".json")), [np.nan, 0.0, -0.0, 3e38, 1e-42])
    predicted = booster.predict(xgboost.DMatrix(rows(special).astype(np.float32), feature_names=names))
    if settings["objective"] == "binary:logitraw":
        predicted = 1 / (1 + np.exp(-predicted.astype(np.float64)))
    for extension in formats:
        booster.save_model(path(f"{name}.{extension}"))
        save(name, path(f"{name}.{extension}"), special, predicted)


def newer_xgboost():
    x, y = training(True)
    x.tofile(path("x.bin"))
    y.astype(np.float64).tofile(path("y.bin"))
    java("XgboostFixture", "train", path("x.bin"), path("y.bin"), COLUMNS, path("new.json"), path("new.ubj"))
    special = special_of(booster_thresholds(path("new.json")), [np.nan])
    rows(special).tofile(path("rows.bin"))
    java("XgboostFixture", "predict", path("new.json"), path("rows.bin"), COLUMNS, path("out.bin"))
    predicted = np.fromfile(path("out.bin"))
    save("xgboost-newer", path("new.json"), special, predicted)
    save("xgboost-newer", path("new.ubj"), special, predicted)


# --- scikit-learn


def learn(name, model, extra=(), missing=False, feature_names=NAMES):
    x, y = training(missing)
    model.fit(x, y)
    foreguard_export.export(model, path(name + ".json"), feature_names)
    document = foreguard_export.to_document(model)
    special = special_of(document_thresholds(document), extra)
    save(name, path(name + ".json"), special, model.predict_proba(rows(special))[:, 1])


def calibrated(name, model, method):
    x, y = training()
    model.fit(x[:800], y[:800])
    outer = CalibratedClassifierCV(model, method=method, cv="prefit").fit(x[800:], y[800:])
    foreguard_export.export(outer, path(name + ".json"))
    special = special_of(document_thresholds(foreguard_export.to_document(outer)))
    save(name, path(name + ".json"), special, outer.predict_proba(rows(special))[:, 1])


# --- ONNX


def tree_attributes(document, mode="BRANCH_LEQ"):
    """The nodes of an exported model as ONNX has them; `leaves` are (tree, node, value)."""
    flip = mode in ("BRANCH_GT", "BRANCH_GTE")
    a = {"nodes_" + k: [] for k in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids",
                                    "falsenodeids", "missing_value_tracks_true", "hitrates")}
    leaves = []
    for t, tree in enumerate(document["model"]["trees"]):
        for n, f in enumerate(tree["feature"]):
            split = f >= 0
            yes, no = (tree["left"][n], tree["right"][n]) if split else (0, 0)
            missing = tree["missing_left"][n] if split else 0
            if split and flip:
                yes, no, missing = no, yes, 1 - missing
            for key, value in (("treeids", t), ("nodeids", n), ("featureids", max(f, 0)),
                               ("modes", mode if split else "LEAF"), ("values", tree["threshold"][n]),
                               ("truenodeids", yes), ("falsenodeids", no), ("missing_value_tracks_true", missing),
                               ("hitrates", tree["cover"][n])):
                a["nodes_" + key].append(value)
            if not split:
                leaves.append((t, n, tree["value"][n] * tree["weight"]))
    return a, leaves


def classifier(document, two, post, base=None, mode="BRANCH_LEQ", scale=1.0):
    a, leaves = tree_attributes(document, mode)
    c = {"class_" + k: [] for k in ("treeids", "nodeids", "ids", "weights")}
    for t, n, value in leaves:
        for id_, weight in (((0, scale - value * scale), (1, value * scale)) if two else ((0, value * scale),)):
            c["class_treeids"].append(t)
            c["class_nodeids"].append(n)
            c["class_ids"].append(id_)
            c["class_weights"].append(float(weight))
    if base is not None:
        a["base_values"] = [base]
    return helper.make_node("TreeEnsembleClassifier", ["features"], ["label", "scores"], name="trees",
                            domain="ai.onnx.ml", classlabels_int64s=[0, 1], post_transform=post, **a, **c)


def regressor(document, aggregate, base=None, mode="BRANCH_LEQ"):
    a, leaves = tree_attributes(document, mode)
    a.update(target_treeids=[t for t, _, _ in leaves], target_nodeids=[n for _, n, _ in leaves],
             target_ids=[0] * len(leaves), target_weights=[float(v) for _, _, v in leaves], n_targets=1,
             aggregate_function=aggregate)
    if base is not None:
        a["base_values"] = [base]
    return helper.make_node("TreeEnsembleRegressor", ["features"], ["scores"], domain="ai.onnx.ml", **a)


def graph(name, nodes, output, thresholds, extra, kind=TensorProto.FLOAT, ml=1, zipped=False, width=2):
    save_onnx(name, nodes, output, kind, ml, zipped, width)
    special = special_of(thresholds, extra)
    rows(special).tofile(path("rows.bin"))
    java("OnnxPredict", path(name + ".onnx"), path("rows.bin"), COLUMNS, path("out.bin"))
    save(name, path(name + ".onnx"), special, np.fromfile(path("out.bin")))


def save_onnx(name, nodes, output, kind=TensorProto.FLOAT, ml=1, zipped=False, width=2):
    x = helper.make_tensor_value_info("X", kind, [None, COLUMNS])
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, width])]
    if zipped:
        nodes = nodes + [helper.make_node("ZipMap", [output], ["probabilities"], domain="ai.onnx.ml",
                                          classlabels_int64s=[0, 1])]
        probabilities = onnx.ValueInfoProto(name="probabilities")
        kind_of_map = probabilities.type.sequence_type.elem_type.map_type
        kind_of_map.key_type = TensorProto.INT64
        kind_of_map.value_type.tensor_type.elem_type = TensorProto.FLOAT
        outputs = [probabilities]
    if any("label" in n.output for n in nodes):
        nodes = nodes + [helper.make_node("Cast", ["label"], ["output_label"], to=TensorProto.INT64)]
        outputs = [helper.make_tensor_value_info("output_label", TensorProto.INT64, [None])] + outputs
    model = helper.make_model(helper.make_graph(nodes, "graph", [x], outputs), producer_name="make_fixtures",
                              opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", ml)])
    model.ir_version = 7
    onnx.save(model, path(name + ".onnx"))


def identity(source="X"):
    return helper.make_node("Identity", [source], ["features"])


def fitted(model, missing=False):
    document = foreguard_export.to_document(model.fit(*training(missing)))
    for tree in document["model"].get("trees", []):
        tree["threshold"] = [float(np.float32(t)) for t in tree["threshold"]]
    return document


EXTREME = [np.nan, np.inf, -np.inf, 0.0, 1e300]


def onnx_forest():
    d = fitted(RandomForestClassifier(20, max_depth=6, random_state=7))
    graph("onnx-forest", [identity(), classifier(d, True, "NONE", scale=1 / 20)], "scores", document_thresholds(d),
          EXTREME, zipped=True)


def onnx_boosted():
    d = fitted(HistGradientBoostingClassifier(max_iter=25, max_leaf_nodes=12, random_state=7), True)
    base = d["model"]["offset"]
    for name, mode in (("onnx-boosted", "BRANCH_LEQ"), ("onnx-boosted-lt", "BRANCH_LT"),
                       ("onnx-boosted-gt", "BRANCH_GT"), ("onnx-boosted-gte", "BRANCH_GTE")):
        graph(name, [identity(), classifier(d, False, "LOGISTIC", base, mode)], "scores", document_thresholds(d), EXTREME)
    sigmoid = helper.make_node("Sigmoid", ["scores"], ["p"])
    graph("onnx-regressor", [identity(), regressor(d, "SUM", base), sigmoid], "p", document_thresholds(d), EXTREME,
          width=1)
    graph("onnx-softmax", [identity(), classifier(d, True, "SOFTMAX")], "scores", document_thresholds(d), EXTREME)


def onnx_mean():
    d = fitted(ExtraTreesClassifier(16, max_depth=6, random_state=7))
    graph("onnx-mean", [identity(), regressor(d, "AVERAGE")], "scores", document_thresholds(d), EXTREME, width=1)


def onnx_double():
    d = foreguard_export.to_document(RandomForestClassifier(16, max_depth=6, random_state=7).fit(*training()))
    node = classifier(d, True, "NONE", scale=1 / 16)
    for key in ("nodes_values", "class_weights", "nodes_hitrates"):
        old = next(a for a in node.attribute if a.name == key)
        values = [v for v in old.floats]
        if key == "nodes_values":
            values = tree_attributes(d)[0]["nodes_values"]
        node.attribute.remove(old)
        tensor = helper.make_tensor(key, TensorProto.DOUBLE, [len(values)], values)
        node.attribute.append(helper.make_attribute(key + "_as_tensor", tensor))
    graph("onnx-double", [identity(), node], "scores", document_thresholds(d), EXTREME, TensorProto.DOUBLE, 3)


def onnx_scaled():
    scaler = StandardScaler().fit(training()[0])
    x, y = training()
    logistic = LogisticRegression().fit(scaler.transform(x), y)
    scale = helper.make_node("Scaler", ["X"], ["features"], domain="ai.onnx.ml", offset=scaler.mean_.tolist(),
                             scale=(1 / scaler.scale_).tolist())
    w = logistic.coef_.ravel()
    linear = helper.make_node("LinearClassifier", ["features"], ["label", "raw"], domain="ai.onnx.ml",
                              coefficients=np.concatenate([-w, w]).tolist(), multi_class=1, classlabels_ints=[0, 1],
                              intercepts=[-logistic.intercept_[0], logistic.intercept_[0]], post_transform="LOGISTIC")
    normal = helper.make_node("Normalizer", ["raw"], ["scores"], domain="ai.onnx.ml", norm="L1")
    graph("onnx-linear", [scale, linear, normal], "scores", [[]] * COLUMNS, [], zipped=True)
    d = foreguard_export.to_document(RandomForestClassifier(16, max_depth=6, random_state=7).fit(scaler.transform(x), y))
    per = document_thresholds(d)
    per = [[t * s + m for t in ts] for ts, s, m in zip(per, scaler.scale_, scaler.mean_)]
    impute = helper.make_node("Imputer", ["X"], ["whole"], domain="ai.onnx.ml",
                              imputed_value_floats=[0.5, -1.0, 0.0, 1.0, 2.0, -3.0], replaced_value_float=float("nan"))
    scale.input[0] = "whole"
    graph("onnx-scaled-forest", [impute, scale, classifier(d, True, "NONE", scale=1 / 16)], "scores", per, EXTREME)


# --- Seeds of the fuzz targets


SEEDS = os.path.join(OUT, "../fuzz")


def seed(target, name, source):
    os.makedirs(os.path.join(SEEDS, target), exist_ok=True)
    with open(source, "rb") as model, open(os.path.join(SEEDS, target, name), "wb") as out:
        out.write(model.read())


def seeds():
    x, y = training()
    for booster, settings in (("gbtree", {}), ("dart", {"rate_drop": 0.5}), ("gblinear", {})):
        trained = xgboost.train({"objective": "binary:logistic", "booster": booster, "nthread": 1,
                                 **({} if booster == "gblinear" else {"max_depth": 2}), **settings},
                                xgboost.DMatrix(x, y, feature_names=NAMES), 2)
        for extension, target in (("json", "XgboostJsonFuzz"), ("ubj", "XgboostUbjsonFuzz")):
            trained.save_model(path("seed." + extension))
            seed(target, booster, path("seed." + extension))
    forest = RandomForestClassifier(2, max_depth=2, random_state=7).fit(x, y)
    models = {
        "forest": forest,
        "logistic": make_pipeline(StandardScaler(), SimpleImputer(), LogisticRegression()).fit(x, y),
        "isotonic": CalibratedClassifierCV(DecisionTreeClassifier(max_depth=2), method="isotonic", cv="prefit"),
    }
    models["isotonic"].estimator = DecisionTreeClassifier(max_depth=2).fit(x, y)
    models["isotonic"].fit(x, y)
    for name, model in models.items():
        foreguard_export.export(model, path("seed.json"))
        seed("SklearnJsonFuzz", name, path("seed.json"))
    document = foreguard_export.to_document(forest)
    boosted = fitted(HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=4))
    linear = helper.make_node("LinearClassifier", ["features"], ["label", "scores"], domain="ai.onnx.ml",
                              coefficients=[-1.0] * COLUMNS + [1.0] * COLUMNS, classlabels_ints=[0, 1],
                              intercepts=[-0.5, 0.5], post_transform="LOGISTIC")
    scale = helper.make_node("Scaler", ["X"], ["features"], domain="ai.onnx.ml", offset=[1.0], scale=[2.0])
    for name, first, node in (("forest", identity(), classifier(document, True, "NONE", scale=0.5)),
                              ("boosted", scale, classifier(boosted, False, "LOGISTIC", 0.1, "BRANCH_GTE")),
                              ("linear", identity(), linear)):
        save_onnx("seed", [first, node], "scores")
        seed("OnnxFuzz", name, path("seed.onnx"))


FIXTURES = {
    "xgboost": lambda: boost("xgboost", formats=("json", "ubj")),
    "xgboost-deep": lambda: boost("xgboost-deep", 16, max_depth=7, base_score=0.2, objective="reg:logistic",
                                  num_parallel_tree=2, subsample=0.7, named=False),
    "xgboost-logitraw": lambda: boost("xgboost-logitraw", objective="binary:logitraw", base_score=0.3),
    "xgboost-dart": lambda: boost("xgboost-dart", booster="dart", rate_drop=0.3),
    "xgboost-linear": lambda: boost("xgboost-linear", booster="gblinear", missing=False),
    "xgboost-newer": newer_xgboost,
    "sklearn-logistic": lambda: learn("sklearn-logistic", LogisticRegression()),
    "sklearn-logistic-scaled": lambda: learn(
        "sklearn-logistic-scaled", make_pipeline(StandardScaler(), MinMaxScaler(), LogisticRegression(C=10))),
    "sklearn-logistic-imputed": lambda: learn(
        "sklearn-logistic-imputed", make_pipeline(StandardScaler(), SimpleImputer(), LogisticRegression()), [np.nan], True),
    "sklearn-multinomial": lambda: learn("sklearn-multinomial", LogisticRegression(multi_class="multinomial")),
    "sklearn-tree": lambda: learn("sklearn-tree", DecisionTreeClassifier(random_state=7, max_leaf_nodes=60)),
    "sklearn-forest": lambda: learn("sklearn-forest", RandomForestClassifier(
        20, max_depth=7, class_weight="balanced", random_state=7)),
    "sklearn-extra-trees": lambda: learn("sklearn-extra-trees", ExtraTreesClassifier(
        20, max_depth=7, random_state=7), feature_names=None),
    "sklearn-boosted": lambda: learn("sklearn-boosted", GradientBoostingClassifier(n_estimators=40, random_state=7)),
    "sklearn-exponential": lambda: learn("sklearn-exponential", GradientBoostingClassifier(
        loss="exponential", n_estimators=30, random_state=7)),
    "sklearn-hist": lambda: learn("sklearn-hist", HistGradientBoostingClassifier(
        max_iter=30, max_leaf_nodes=16, random_state=7), [np.nan, np.inf, -np.inf], True),
    "sklearn-forest-prepared": lambda: learn("sklearn-forest-prepared", make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(),
        RandomForestClassifier(16, max_depth=7, random_state=7)), [np.nan], True),
    "sklearn-sigmoid": lambda: calibrated("sklearn-sigmoid", RandomForestClassifier(
        16, max_depth=6, class_weight="balanced", random_state=7), "sigmoid"),
    "sklearn-isotonic": lambda: calibrated("sklearn-isotonic", GradientBoostingClassifier(
        n_estimators=20, random_state=7), "isotonic"),
    "onnx-forest": onnx_forest,
    "onnx-boosted": onnx_boosted,
    "onnx-mean": onnx_mean,
    "onnx-double": onnx_double,
    "onnx-scaled": onnx_scaled,
    "seeds": seeds,
}

if __name__ == "__main__":
    for fixture in sys.argv[1:] or FIXTURES:
        FIXTURES[fixture]()
