package io.foreguard.spring.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Answers at the endpoint's own path who would rather have a page or a stream of events than JSON.
 * So whatever protects the endpoint protects its view, and no guard's name is in the way. Sends who
 * asks for {@value #SHORT_PATH} there. Thread-safe.
 */
final class LiveViewMapping extends SimpleUrlHandlerMapping {
  static final String SHORT_PATH = "/foreguard";

  /** Before the actuator's own mapping, which is at -100. */
  private static final int ORDER = -101;

  LiveViewMapping(String endpointPath, LiveFeed feed) {
    LiveViewPage page = LiveViewPage.load();
    Map<String, HttpRequestHandler> handlers = new HashMap<>();
    handlers.put(SHORT_PATH, (request, response) -> redirect(endpointPath, request, response));
    handlers.put(
        endpointPath,
        (request, response) -> {
          if (wantsStream(request)) {
            feed.join(request, response);
          } else {
            page.write(response);
          }
        });
    setUrlMap(handlers);
    setOrder(ORDER);
  }

  @Override
  protected @Nullable Object getHandlerInternal(HttpServletRequest request) throws Exception {
    boolean ours =
        switch (request.getMethod()) {
          case "GET" -> wantsPage(request) || wantsStream(request);
          case "HEAD" -> wantsPage(request);
          default -> false;
        };
    return ours ? super.getHandlerInternal(request) : null;
  }

  private static boolean wantsPage(HttpServletRequest request) {
    return MediaType.TEXT_HTML.equals(preferred(request));
  }

  private static boolean wantsStream(HttpServletRequest request) {
    return MediaType.TEXT_EVENT_STREAM.equals(preferred(request));
  }

  private static @Nullable MediaType preferred(HttpServletRequest request) {
    try {
      List<MediaType> accepted =
          new ArrayList<>(MediaType.parseMediaTypes(request.getHeader(HttpHeaders.ACCEPT)));
      MimeTypeUtils.sortBySpecificity(accepted);
      return accepted.isEmpty() ? null : accepted.get(0).removeQualityValue();
    } catch (InvalidMediaTypeException e) {
      return null; // the endpoint says what is wrong with it
    }
  }

  private static void redirect(
      String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
    String uri = request.getRequestURI();
    String before = uri.substring(0, uri.lastIndexOf(SHORT_PATH));
    response.setStatus(HttpServletResponse.SC_FOUND);
    response.setHeader(HttpHeaders.LOCATION, before + path);
    response.flushBuffer();
  }
}
