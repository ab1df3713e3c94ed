package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a test's own, made by the JDK's keytool. */
final class Authority {
  private static final String NAME = "authority";

  private final Path store;
  private final String password = UUID.randomUUID().toString();
  private final X509Certificate own;

  Authority(Path folder) {
    store = folder.resolve(UUID.randomUUID() + ".p12");
    keytool("-alias", NAME, "-dname", "CN=Test authority", "-ext", "bc:critical=ca:true");
    own = (X509Certificate) chain(NAME).getFirst();
  }

  /** Writes a new certificate for this machine and its key. */
  X509Certificate issue(Path certificate, Path key) {
    String name = UUID.randomUUID().toString();
    keytool(
        "-alias",
        name,
        "-dname",
        "CN=localhost",
        "-signer",
        NAME,
        "-ext",
        "san=dns:localhost,ip:127.0.0.1,ip:127.0.0.2");
    try {
      byte[] secret = keys().getKey(name, password.toCharArray()).getEncoded();
      Files.writeString(key, pem("PRIVATE KEY", secret));
      StringBuilder whole = new StringBuilder();
      for (Certificate one : chain(name)) {
        whole.append(pem("CERTIFICATE", one.getEncoded()));
      }
      Files.writeString(certificate, whole);
      return (X509Certificate) chain(name).getFirst();
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Writes the certificate that vouches for all others. */
  Path write(Path file) {
    try {
      return Files.writeString(file, pem("CERTIFICATE", own.getEncoded()));
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** A client's TLS that trusts this authority alone. */
  SSLContext trust() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(NAME, own);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private KeyStore keys() {
    try {
      return KeyStore.getInstance(store.toFile(), password.toCharArray());
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private List<Certificate> chain(String name) {
    try {
      return List.of(keys().getCertificateChain(name));
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void keytool(String... what) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password));
    command.addAll(List.of(what));
    try {
      Processes.Result made =
          Processes.runBlocking(
              new Processes.Command(
                  command, store.getParent(), Map.of(), Duration.ofMinutes(1), 1 << 16));
      assertThat(made.exitCode()).as(made.stdout() + made.stderr()).isZero();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (TimeoutException late) {
      throw new IllegalStateException(late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private static String pem(String what, byte[] content) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
  }
}
