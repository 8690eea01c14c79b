package io.foreguard.spring.http;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.GuardFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;

/** Auto-configures what puts guards around HTTP clients. None is guarded unless told so. */
@AutoConfiguration(after = ForeguardAutoConfiguration.class)
@ConditionalOnBean(GuardFactory.class)
public final class ForeguardHttpClientAutoConfiguration {
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ClientHttpRequestInterceptor.class)
  static class RestClientConfiguration {
    @Bean
    @ConditionalOnMissingBean
    RestClientGuards foreguardRestClientGuards(GuardFactory factory, ForeguardRegistry registry) {
      return new RestClientGuards(factory, registry);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ExchangeFilterFunction.class)
  static class WebClientConfiguration {
    @Bean
    @ConditionalOnMissingBean
    WebClientGuards foreguardWebClientGuards(GuardFactory factory, ForeguardRegistry registry) {
      return new WebClientGuards(factory, registry);
    }
  }
}
