package dev.tmuxbuilder.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.By;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Members;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.Users;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.time.Duration;
import java.util.Optional;

/**
 * What a caller may open. What is not there and what is another tenant's are answered alike, and
 * looked for alike.
 */
@ApplicationScoped
public class Access {
  static final int AFTER_IDENTIFY = Priorities.AUTHENTICATION + 100;
  private static final Duration REMEMBERED = Duration.ofSeconds(30);
  private static final Duration UNKNOWN_REMEMBERED = Duration.ofSeconds(2);

  private final Users users;
  private final Members members;
  private final Cache<UserId, TenantId> homes =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(REMEMBERED).build();

  /** Of users that others asked for: there or not, the next question costs the same. */
  private final Cache<UserId, Optional<TenantId>> asked =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(UNKNOWN_REMEMBERED).build();

  Access(Users users, Members members) {
    this.users = users;
    this.members = members;
  }

  /** An execution that the caller may see, with the tenant it lives in. */
  public record Opened(ExecutionId id, TenantId tenant, Caller caller) {
    By by() {
      boolean approves =
          caller.roleIn(tenant).filter(role -> role.may(Permission.APPROVE)).isPresent();
      return new By(caller.name(), approves);
    }
  }

  public static Caller caller(ContainerRequestContext request) {
    return Identification.caller(request);
  }

  /** The execution of that id; what is done to it goes by the method: see, change or destroy. */
  public Uni<Opened> open(ContainerRequestContext request, String id) {
    return open(request, id, byMethod(request));
  }

  private static Permission byMethod(ContainerRequestContext request) {
    return switch (request.getMethod()) {
      case "GET", "HEAD" -> Permission.VIEW;
      case "DELETE" -> Permission.DESTROY;
      default -> Permission.CHANGE;
    };
  }

  /** The execution of that id, where the caller may do that to it. */
  public Uni<Opened> open(ContainerRequestContext request, String id, Permission permission) {
    Caller caller = caller(request);
    refuseNobody(caller);
    Optional<ExecutionId> execution = ExecutionId.parse(id);
    if (execution.isEmpty()) {
      return Uni.createFrom().failure(ApiException.notFound());
    }
    return home(caller, execution.get().user())
        .invoke(tenant -> require(request, caller, tenant, permission))
        .map(tenant -> new Opened(execution.get(), tenant, caller));
  }

  /** The tenant of that user, where the caller may see what the user has. */
  Uni<TenantId> openUser(ContainerRequestContext request, Optional<UserId> user) {
    return openUser(request, user, byMethod(request));
  }

  /** The tenant of that user, where the caller may do that to what the user has. */
  Uni<TenantId> openUser(
      ContainerRequestContext request, Optional<UserId> user, Permission permission) {
    Caller caller = caller(request);
    refuseNobody(caller);
    return user.isEmpty()
        ? Uni.createFrom().failure(ApiException.notFound())
        : home(caller, user.get()).invoke(tenant -> require(request, caller, tenant, permission));
  }

  /** The tenant of that id, where the caller may do that in it. */
  public Uni<TenantId> openTenant(
      ContainerRequestContext request, String id, Permission permission) {
    Caller caller = caller(request);
    refuseNobody(caller);
    Optional<TenantId> tenant = UserId.parse(id).map(UserId::value).map(TenantId::new);
    if (tenant.isEmpty()) {
      return Uni.createFrom().failure(ApiException.notFound());
    }
    Uni<Boolean> there =
        caller instanceof Caller.Operator
            ? members.exists(tenant.get())
            : Uni.createFrom().item(true);
    return there.map(
        exists -> {
          if (!exists) {
            throw ApiException.notFound();
          }
          require(request, caller, tenant.get(), permission);
          return tenant.get();
        });
  }

  private static void require(
      ContainerRequestContext request, Caller caller, TenantId tenant, Permission permission) {
    Role role = caller.roleIn(tenant).orElseThrow(ApiException::notFound);
    Identification.inTenant(request, tenant);
    if (!role.may(permission)) {
      throw ApiException.of(
          ProblemCode.FORBIDDEN, "As " + role.wire() + " of this tenant you may not do this.");
    }
  }

  private static void refuseNobody(Caller caller) {
    if (caller instanceof Caller.Anonymous) {
      throw ApiException.unauthorized(
          "Send the access_token that create-user gave as a bearer token.");
    }
  }

  /** The user who calls; the operator is none. */
  static Caller.User requireUser(ContainerRequestContext request) {
    Caller caller = caller(request);
    refuseNobody(caller);
    if (caller instanceof Caller.User user) {
      return user;
    }
    throw ApiException.of(ProblemCode.FORBIDDEN, "This is for a user; the operator is none.");
  }

  /** For what is the operator's alone. */
  public static void requireOperator(ContainerRequestContext request) {
    Caller caller = caller(request);
    if (caller instanceof Caller.Anonymous) {
      throw ApiException.unauthorized("Send the operator's token as a bearer token.");
    }
    if (!(caller instanceof Caller.Operator)) {
      throw ApiException.of(ProblemCode.FORBIDDEN, "This is for the operator.");
    }
  }

  private Uni<TenantId> home(Caller caller, UserId user) {
    return switch (caller) {
      case Caller.User self when self.id().equals(user) -> Uni.createFrom().item(self.tenant());
      case Caller.Operator ignored -> homeForOperator(user);
      default -> homeForOthers(user).map(home -> home.orElseThrow(ApiException::notFound));
    };
  }

  private Uni<TenantId> homeForOperator(UserId user) {
    TenantId remembered = homes.getIfPresent(user);
    return remembered != null
        ? Uni.createFrom().item(remembered)
        : users
            .tenantOf(user)
            .map(found -> found.orElseThrow(ApiException::notFound))
            .invoke(tenant -> homes.put(user, tenant));
  }

  private Uni<Optional<TenantId>> homeForOthers(UserId user) {
    Optional<TenantId> remembered = asked.getIfPresent(user);
    return remembered != null
        ? Uni.createFrom().item(remembered)
        : users.tenantOf(user).invoke(found -> asked.put(user, found));
  }
}
