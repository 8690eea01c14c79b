package io.foreguard.spring.aop;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;

/** The guarded methods of all beans, found without making the beans. */
final class GuardedTypes {
  private static final Logger log = LoggerFactory.getLogger(GuardedTypes.class);

  private GuardedTypes() {}

  /** Hands each guarded method, with the type of its bean, to {@code visitor}. */
  static void forEach(ConfigurableListableBeanFactory beans, BiConsumer<Method, Class<?>> visitor) {
    for (String name : beans.getBeanDefinitionNames()) {
      Class<?> type = type(beans, name);
      if (type != null && AnnotationUtils.isCandidateClass(type, Policies.TYPES)) {
        methods(type).keySet().forEach(method -> visitor.accept(method, type));
      }
    }
  }

  private static Map<Method, AnnotatedElement> methods(Class<?> type) {
    return MethodIntrospector.selectMethods(
        type,
        (MethodIntrospector.MetadataLookup<AnnotatedElement>)
            method -> GuardedMethods.annotated(method, type));
  }

  private static @Nullable Class<?> type(ConfigurableListableBeanFactory beans, String bean) {
    try {
      return AutoProxyUtils.determineTargetClass(beans, bean);
    } catch (RuntimeException | LinkageError e) {
      log.debug("The type of bean '{}' cannot be told; its methods are not checked", bean, e);
      return null;
    }
  }
}
