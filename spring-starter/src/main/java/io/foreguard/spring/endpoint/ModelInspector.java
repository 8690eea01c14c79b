package io.foreguard.spring.endpoint;

import io.foreguard.estimation.SuccessModel;
import java.util.Map;
import java.util.Optional;

/** Looks into models that say more of themselves than name and version. */
interface ModelInspector {
  /** Without the module of learned models there is nothing to look into. */
  ModelInspector NONE =
      new ModelInspector() {
        @Override
        public Optional<Map<String, Object>> trust(SuccessModel model) {
          return Optional.empty();
        }

        @Override
        public Optional<Map<String, Object>> comparison(SuccessModel model) {
          return Optional.empty();
        }
      };

  /** How far the model is trusted and why, with its calibration. */
  Optional<Map<String, Object>> trust(SuccessModel model);

  /** What a challenger that the model watches would have done. */
  Optional<Map<String, Object>> comparison(SuccessModel model);
}
