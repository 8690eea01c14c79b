package io.foreguard.spring.aop;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.GuardFactory;
import io.foreguard.spring.Guarded;
import java.util.function.UnaryOperator;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Auto-configures what makes {@link Guarded} work. */
@AutoConfiguration(after = ForeguardAutoConfiguration.class)
@ConditionalOnBean({ForeguardRegistry.class, GuardFactory.class})
@Import(ForeguardAnnotationAutoConfiguration.Proxying.class)
public final class ForeguardAnnotationAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static GuardedAdvisor foreguardGuardedAdvisor(
      Environment environment,
      ConfigurableBeanFactory beans,
      ObjectProvider<GuardFactory> factory,
      ObjectProvider<ForeguardRegistry> registry) {
    int order =
        Binder.get(environment)
            .bind("foreguard.aspect-order", Integer.class)
            .orElse(Guarded.ASPECT_ORDER);
    return new GuardedAdvisor(order, resolving(beans), factory, registry);
  }

  @Bean
  @ConditionalOnMissingBean
  GuardedBeans foreguardGuardedBeans(
      ConfigurableListableBeanFactory beans,
      GuardedAdvisor advisor,
      GuardFactory factory,
      ForeguardRegistry registry) {
    return new GuardedBeans(beans, advisor, factory, registry);
  }

  private static UnaryOperator<String> resolving(ConfigurableBeanFactory beans) {
    return name -> {
      String resolved = beans.resolveEmbeddedValue(name);
      return resolved == null ? name : resolved;
    };
  }

  /** Sees to it that somebody makes proxies, whether or not the application has aspects. */
  static final class Proxying implements ImportBeanDefinitionRegistrar {
    @Override
    public void registerBeanDefinitions(
        AnnotationMetadata importer, BeanDefinitionRegistry registry) {
      AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
    }
  }
}
