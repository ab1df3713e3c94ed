package dev.tmuxbuilder.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of one's own that vouch for a service. */
final class Authorities {
  private Authorities() {}

  /**
   * TLS that trusts the certificates in a file, and nobody else. Blocks.
   *
   * @param file PEM, one or more certificates after each other
   * @throws CliFailure where it cannot be read, or has none
   */
  static SSLContext in(Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry(Integer.toString(trusted.size()), one);
      }
      if (trusted.size() == 0) {
        throw refusal(file, "it has no certificate");
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException unusable) {
      throw refusal(file, unusable.toString());
    }
  }

  private static CliFailure refusal(Path file, String why) {
    return CliFailure.badUsage(
        "bad_ca",
        "cannot take certificates from " + file + ": " + why,
        "Give a PEM file: -----BEGIN CERTIFICATE----- and so on.");
  }
}
