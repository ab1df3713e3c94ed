package dev.tmuxbuilder.secrets;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Redactions;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.Environments;
import dev.tmuxbuilder.hosting.KeyService;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Redaction;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.tenancy.Users;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.crypto.SecretKey;

/** The environments of sites: set by name, opened for their programs, told to nobody. */
@Startup
@ApplicationScoped
public class SiteEnvironments implements Environments, Redactions {
  private final SealedEnvironments sealed;
  private final Users users;
  private final MasterKeys masters;
  private final Clock clock;

  SiteEnvironments(
      SealedEnvironments sealed,
      Users users,
      DataDirectory directory,
      KeyService keys,
      Settings settings,
      Clock clock) {
    this.sealed = sealed;
    this.users = users;
    this.masters = MasterKeys.of(directory, settings.secrets(), keys);
    this.clock = clock;
  }

  /** What may be known of a variable. */
  public record Variable(String name, Instant setAt, String setBy) {}

  /**
   * @param version rises with each change; 0 where nothing was ever set
   */
  public record Names(long version, List<Variable> variables) {
    static Names of(Optional<Sealed> kept) {
      return kept.map(
              now ->
                  new Names(
                      now.version(),
                      now.variables().stream()
                          .map(one -> new Variable(one.name(), one.setAt(), one.setBy()))
                          .toList()))
          .orElseGet(() -> new Names(0, List.of()));
    }
  }

  /** There would be more of it than there may be. */
  public static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuch() {
      super("a site has " + Limits.VARIABLES + " variables at most", null, false, false);
    }
  }

  /** A master key is not known here (any more). */
  private static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown(String master) {
      super("the master key " + master + " is not known here");
    }
  }

  public Uni<Names> names(TenantId tenant, ExecutionId execution) {
    return sealed.read(tenant, execution).map(Names::of);
  }

  /**
   * Sets these, and leaves others as they are.
   *
   * @return empty where there is no such execution; fails with {@link TooMuch}
   */
  public Uni<Optional<Names>> set(
      TenantId tenant, ExecutionId execution, Map<String, String> values, String by) {
    LogRedaction.add(Redaction.ofValues(values.values()));
    return opened(
            () -> sealed.change(tenant, execution, before -> with(execution, before, values, by)))
        .map(done -> done.map(now -> Names.of(Optional.of(now))));
  }

  /**
   * @return whether there was one of that name
   */
  public Uni<Boolean> remove(TenantId tenant, ExecutionId execution, String name) {
    return sealed
        .read(tenant, execution)
        .chain(
            before ->
                before.isEmpty() || before.get().variables().stream().noneMatch(named(name))
                    ? Uni.createFrom().item(false)
                    : sealed
                        .change(tenant, execution, now -> without(now.orElseThrow(), name))
                        .map(Optional::isPresent));
  }

  private static java.util.function.Predicate<Sealed.Variable> named(String name) {
    return variable -> variable.name().equals(name);
  }

  private static Sealed without(Sealed before, String name) {
    return new Sealed(
        before.version() + 1,
        before.master(),
        before.wrappedKey(),
        before.variables().stream().filter(named(name).negate()).toList());
  }

  private Sealed with(
      ExecutionId execution, Optional<Sealed> before, Map<String, String> values, String by) {
    byte[] bytes = before.map(kept -> unwrapped(execution, kept)).orElseGet(Vault::newKey);
    String master = before.map(Sealed::master).orElseGet(masters::current);
    byte[] wrapped = before.map(Sealed::wrappedKey).orElseGet(() -> wrap(execution, master, bytes));
    SecretKey key = Vault.key(bytes);
    Map<String, Sealed.Variable> all = new TreeMap<>();
    before.stream().flatMap(kept -> kept.variables().stream()).forEach(v -> all.put(v.name(), v));
    values.forEach(
        (name, value) ->
            all.put(
                name,
                new Sealed.Variable(
                    name, sealed(key, execution, name, value), clock.instant(), by)));
    if (all.size() > Limits.VARIABLES) {
      throw new TooMuch();
    }
    return new Sealed(
        before.map(Sealed::version).orElse(0L) + 1, master, wrapped, List.copyOf(all.values()));
  }

  private static byte[] sealed(SecretKey key, ExecutionId execution, String name, String value) {
    return Vault.seal(key, value.getBytes(StandardCharsets.UTF_8), execution + "\n" + name);
  }

  private byte[] wrap(ExecutionId execution, String master, byte[] key) {
    return Vault.seal(masters.of(master).orElseThrow(), key, execution.toString());
  }

  /**
   * @throws Unknown where the master key is not known here
   */
  private byte[] unwrapped(ExecutionId execution, Sealed kept) {
    SecretKey master = masters.of(kept.master()).orElseThrow(() -> new Unknown(kept.master()));
    return Vault.open(master, kept.wrappedKey(), execution.toString());
  }

  /** Where a master key is not known, another node may have made it a moment ago. */
  private <T> Uni<T> opened(Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(() -> work.get())
        .onFailure(Unknown.class)
        .recoverWithUni(
            () ->
                VirtualThreads.call(
                        "keys",
                        () -> {
                          masters.reload();
                          return Boolean.TRUE;
                        })
                    .chain(() -> work.get()));
  }

  @Override
  public Uni<Environment> of(ExecutionId execution) {
    return users
        .tenantOf(execution.user())
        .chain(
            tenant ->
                tenant.isEmpty()
                    ? Uni.createFrom().item(Environment.NONE)
                    : opened(
                        () ->
                            sealed
                                .read(tenant.get(), execution)
                                .map(kept -> kept.map(now -> open(execution, now)))
                                .map(found -> found.orElse(Environment.NONE))))
        .invoke(environment -> LogRedaction.add(Redaction.ofValues(environment.values().values())));
  }

  private Environment open(ExecutionId execution, Sealed kept) {
    SecretKey key = Vault.key(unwrapped(execution, kept));
    Map<String, String> values = new TreeMap<>();
    kept.variables()
        .forEach(variable -> values.put(variable.name(), value(key, execution, variable)));
    return new Environment(kept.version(), values);
  }

  private static String value(SecretKey key, ExecutionId execution, Sealed.Variable variable) {
    return new String(
        Vault.open(key, variable.sealed(), execution + "\n" + variable.name()),
        StandardCharsets.UTF_8);
  }

  /** A site whose environment cannot be opened says so where it is deployed, and nowhere else. */
  @Override
  public Uni<UnaryOperator<String>> redaction(ExecutionId execution) {
    return of(execution)
        .map(environment -> Redaction.of(environment.values()))
        .onFailure(failure -> failure instanceof Unknown || failure instanceof Vault.Broken)
        .recoverWithItem(Redaction.NONE)
        .map(redaction -> redaction);
  }

  /**
   * @param sites that have new keys now
   * @param master the name of the key that wraps them
   */
  public record Rotated(int sites, String master) {}

  /** Makes a new master key, and new keys for all sites. May be repeated after a failure. */
  public Uni<Rotated> rotate() {
    return VirtualThreads.call(
            "rotation",
            () -> {
              masters.rotate();
              return masters.current();
            })
        .chain(
            master ->
                sealed
                    .owners()
                    .onItem()
                    .transformToMulti(owners -> Multi.createFrom().iterable(owners))
                    .onItem()
                    .transformToUniAndConcatenate(this::renew)
                    .collect()
                    .asList()
                    .map(done -> new Rotated(done.size(), master)));
  }

  private Uni<Optional<Sealed>> renew(SealedEnvironments.Owner owner) {
    return opened(
        () ->
            sealed.change(
                owner.tenant(),
                owner.execution(),
                before -> renewed(owner.execution(), before.orElseThrow())));
  }

  /** The same values under new keys: no change for the site's program. */
  private Sealed renewed(ExecutionId execution, Sealed before) {
    SecretKey old = Vault.key(unwrapped(execution, before));
    byte[] bytes = Vault.newKey();
    SecretKey key = Vault.key(bytes);
    List<Sealed.Variable> variables = new ArrayList<>();
    for (Sealed.Variable one : before.variables()) {
      variables.add(
          new Sealed.Variable(
              one.name(),
              sealed(key, execution, one.name(), value(old, execution, one)),
              one.setAt(),
              one.setBy()));
    }
    String master = masters.current();
    return new Sealed(before.version(), master, wrap(execution, master, bytes), variables);
  }
}
