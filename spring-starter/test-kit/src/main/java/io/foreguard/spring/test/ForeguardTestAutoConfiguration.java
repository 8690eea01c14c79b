package io.foreguard.spring.test;

import io.foreguard.test.VirtualTime;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Role;

/** Adds virtual time and faults to tests that ask for them by {@link AutoConfigureForeguard}. */
@AutoConfiguration
public final class ForeguardTestAutoConfiguration {
  @Bean
  @Primary
  VirtualTime foreguardVirtualTime() {
    return VirtualTime.create();
  }

  @Bean
  GuardFaults foreguardGuardFaults(VirtualTime time) {
    return new GuardFaults(time);
  }

  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static GuardFaultsAdvisor foreguardGuardFaultsAdvisor(ObjectProvider<GuardFaults> faults) {
    return new GuardFaultsAdvisor(faults);
  }
}
