package io.foreguard.spring.endpoint;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.springframework.http.HttpHeaders;

/**
 * The page of the live view. Its own script and style, known by their hashes, are all that a
 * browser runs and applies on it. Immutable.
 */
final class LiveViewPage {
  static final String RESOURCE = "live-view.html";

  private final byte[] html;
  private final String contentSecurityPolicy;

  private LiveViewPage(String html) {
    this.html = html.getBytes(StandardCharsets.UTF_8);
    contentSecurityPolicy =
        "default-src 'none'; script-src "
            + hash(html, "script")
            + "; style-src "
            + hash(html, "style")
            + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
  }

  static LiveViewPage load() {
    try (InputStream resource = LiveViewPage.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return new LiveViewPage(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(HttpServletResponse response) throws IOException {
    response.setContentType("text/html;charset=UTF-8");
    response.setHeader("Content-Security-Policy", contentSecurityPolicy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    response.setContentLength(html.length);
    response.getOutputStream().write(html);
  }

  private static String hash(String html, String element) {
    String start = "<" + element + ">";
    int from = html.indexOf(start) + start.length();
    String content = html.substring(from, html.indexOf("</" + element + ">", from));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
