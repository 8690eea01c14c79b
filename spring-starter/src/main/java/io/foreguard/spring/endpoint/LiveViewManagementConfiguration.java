package io.foreguard.spring.endpoint;

import io.foreguard.registry.ForeguardRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.DispatcherServlet;

/** Serves the live view where the actuator's endpoints are: on their port, at their path. */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnAvailableEndpoint(endpoint = ForeguardEndpoint.class, exposure = EndpointExposure.WEB)
@ConditionalOnBooleanProperty(name = "foreguard.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "management.endpoint.foreguard.view.enabled")
final class LiveViewManagementConfiguration {
  @Bean
  LiveFeed foreguardLiveFeed(
      GuardViews views,
      EventLog events,
      ForeguardRegistry registry,
      ObjectProvider<EndpointAccessResolver> access,
      ForeguardEndpointProperties properties) {
    EndpointAccessResolver resolver = access.getIfAvailable();
    boolean writable =
        resolver != null
            && resolver.accessFor(EndpointId.of(ForeguardEndpoint.ID), Access.READ_ONLY)
                == Access.UNRESTRICTED;
    return new LiveFeed(
        new Snapshots(views, events, registry.clock(), writable), properties.view().maxClients());
  }

  @Bean
  LiveViewMapping foreguardLiveViewMapping(PathMappedEndpoints endpoints, LiveFeed feed) {
    String path = endpoints.getPath(EndpointId.of(ForeguardEndpoint.ID));
    return new LiveViewMapping(path == null ? LiveViewMapping.SHORT_PATH : path, feed);
  }
}
