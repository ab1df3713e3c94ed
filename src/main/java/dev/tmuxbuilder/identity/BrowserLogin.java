package dev.tmuxbuilder.identity;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.tenancy.Person;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signing in at an OpenID Connect provider with a browser: the authorization code flow (OpenID
 * Connect Core 1.0, 3.1) with a state, a nonce and PKCE (RFC 7636). What has to be known again when
 * the browser comes back is in a cookie of its own.
 */
@ApplicationScoped
public class BrowserLogin {
  /** How long somebody may take to sign in there. */
  public static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int ANSWER_MILLIS = 5_000;
  private static final String PART = "\\.";

  private final Settings.Oidc settings;
  private final Mapping mapping;
  private final Optional<SignedTokens> idTokens;
  private volatile @Nullable OIDCProviderMetadata metadata;

  BrowserLogin(Settings all) {
    this.settings = all.identity().oidc();
    this.mapping = new Mapping(all.identity());
    this.idTokens =
        settings
            .issuer()
            .filter(ignored -> settings.clientId().isPresent())
            .filter(ignored -> settings.clientSecret().isPresent())
            .map(
                issuer ->
                    SignedTokens.discovered(
                        issuer, List.of(settings.clientId().orElseThrow()), Vouchers.OF_PROVIDERS));
  }

  /** Whether people may sign in this way. */
  public boolean offered() {
    return idTokens.isPresent();
  }

  private String clientId() {
    return settings.clientId().orElseThrow();
  }

  /**
   * Somebody who is sent to the provider.
   *
   * @param at where to
   * @param remembered what the browser has to bring again
   */
  public record Begun(URI at, String remembered) {
    @Override
    public String toString() {
      return "Begun[" + at.getHost() + "]";
    }
  }

  /**
   * @param back where the provider sends the browser afterwards; it must be known there
   */
  public Uni<Begun> begin(URI back) {
    return VirtualThreads.call(
        "sign in",
        () -> {
          State state = new State();
          Nonce nonce = new Nonce();
          CodeVerifier verifier = new CodeVerifier();
          URI at =
              new AuthenticationRequest.Builder(
                      ResponseType.CODE,
                      new Scope("openid", "email", "profile"),
                      new ClientID(clientId()),
                      back)
                  .endpointURI(metadata().getAuthorizationEndpointURI())
                  .state(state)
                  .nonce(nonce)
                  .codeChallenge(verifier, CodeChallengeMethod.S256)
                  .build()
                  .toURI();
          return new Begun(
              at, String.join(".", state.getValue(), nonce.getValue(), verifier.getValue()));
        });
  }

  /**
   * Who has come back.
   *
   * @param remembered as {@link #begin} gave it
   * @param state and {@code code} as the provider gave them
   * @return fails with {@link NotProved}, {@link NotMapped} or {@link Away}
   */
  public Uni<Person> end(String remembered, String state, String code, URI back) {
    String[] parts = remembered.split(PART, -1);
    if (parts.length != 3 || code.isBlank() || !same(parts[0], state)) {
      return Uni.createFrom().failure(new NotProved("another sign-in"));
    }
    return VirtualThreads.call(
            "sign in",
            () -> {
              Claims claims = idTokens.orElseThrow().check(exchange(code, parts[2], back));
              if (!same(parts[1], claims.text("nonce").orElse(""))) {
                throw new NotProved("another sign-in's token");
              }
              return claims;
            })
        .map(mapping::person);
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** The ID token that the code stands for. */
  private String exchange(String code, String verifier, URI back) {
    OIDCProviderMetadata provider = metadata();
    HTTPRequest request =
        new TokenRequest.Builder(
                provider.getTokenEndpointURI(),
                client(provider),
                new AuthorizationCodeGrant(
                    new AuthorizationCode(code), back, new CodeVerifier(verifier)))
            .build()
            .toHTTPRequest();
    request.setConnectTimeout(ANSWER_MILLIS);
    request.setReadTimeout(ANSWER_MILLIS);
    request.setFollowRedirects(false);
    try {
      TokenResponse answer = OIDCTokenResponseParser.parse(request.send());
      if (!(answer.indicatesSuccess() && answer instanceof OIDCTokenResponse tokens)) {
        throw new NotProved("the code was refused");
      }
      String token = tokens.getOIDCTokens().getIDTokenString();
      if (token == null) {
        throw new NotProved("no ID token");
      }
      return token;
    } catch (ParseException strange) {
      throw new NotProved("no answer that can be understood");
    } catch (IOException unreachable) {
      throw new Away(clientId(), unreachable);
    }
  }

  private ClientAuthentication client(OIDCProviderMetadata provider) {
    ClientID id = new ClientID(clientId());
    Secret secret = new Secret(settings.clientSecret().orElseThrow());
    List<ClientAuthenticationMethod> methods = provider.getTokenEndpointAuthMethods();
    return methods == null || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        ? new ClientSecretBasic(id, secret)
        : new ClientSecretPost(id, secret);
  }

  private OIDCProviderMetadata metadata() {
    OIDCProviderMetadata known = metadata;
    if (known != null) {
      return known;
    }
    String issuer = settings.issuer().orElseThrow().toString();
    try {
      OIDCProviderMetadata read =
          OIDCProviderMetadata.resolve(new Issuer(issuer), ANSWER_MILLIS, ANSWER_MILLIS);
      metadata = read;
      return read;
    } catch (GeneralException | IOException unreadable) {
      throw new Away(issuer, unreadable);
    }
  }
}
