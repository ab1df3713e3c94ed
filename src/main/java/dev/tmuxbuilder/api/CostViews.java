package dev.tmuxbuilder.api;

import dev.tmuxbuilder.costs.Budgets;
import dev.tmuxbuilder.costs.Costs;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.sweeper.Orphans;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the answers about money and about what is nobody's look like. */
@RegisterForReflection(
    targets = {
      CostViews.Costs.class,
      CostViews.Total.class,
      CostViews.Basis.class,
      CostViews.Bill.class,
      CostViews.Budget.class,
      CostViews.OrphanList.class,
      CostViews.Orphan.class,
      CostViews.Look.class,
      CostViews.Asked.class
    })
final class CostViews {
  private static final String ESTIMATED =
      "Each release's cost_estimate, for the part of the month in which it was the newest one of a"
          + " site that was not destroyed";
  private static final String NOT_READ = "No bill was read: see docs/deploy.md, “Costs”";

  private CostViews() {}

  /** Costs, added up. */
  record Costs(
      String from,
      String to,
      List<String> by,
      List<Total> costs,
      @Schema(description = "Whether there are more lines than the limit") boolean more,
      Basis basis) {
    static Costs of(
        dev.tmuxbuilder.costs.Costs.Question question,
        List<dev.tmuxbuilder.costs.Costs.Total> totals,
        List<dev.tmuxbuilder.costs.Costs.Reading> readings) {
      int most = question.limit() - 1;
      return new Costs(
          question.first().toString(),
          question.last().toString(),
          question.by().stream().sorted().map(Named::wire).toList(),
          totals.stream().limit(most).map(Total::of).toList(),
          totals.size() > most,
          Basis.of(readings));
    }
  }

  /** Some costs together; what they were not added up by is null. */
  record Total(
      @Nullable String tenantId,
      @Nullable String userId,
      @Nullable String sessionId,
      @Nullable String hostProvider,
      @Nullable String month,
      @Schema(description = "How many sites it is") long sites,
      String currency,
      @Schema(description = "By the receipts' estimates") BigDecimal estimated,
      @Schema(description = "By the hosts' bills; null where they say nothing (yet)")
          @Nullable BigDecimal actual) {
    static Total of(dev.tmuxbuilder.costs.Costs.Total total) {
      return new Total(
          total.tenant().map(Object::toString).orElse(null),
          total.user().map(Object::toString).orElse(null),
          total.session().map(Object::toString).orElse(null),
          total.host().map(Named::wire).orElse(null),
          total.month().map(Object::toString).orElse(null),
          total.sites(),
          total.currency(),
          plain(total.estimated()),
          total.actual().map(CostViews::plain).orElse(null));
    }
  }

  /** Without zeros at its end, and without an exponent. */
  private static BigDecimal plain(BigDecimal amount) {
    return new BigDecimal(amount.stripTrailingZeros().toPlainString());
  }

  /** What the figures are. */
  record Basis(String estimated, String actual, List<Bill> bills) {
    static Basis of(List<dev.tmuxbuilder.costs.Costs.Reading> readings) {
      return new Basis(
          ESTIMATED,
          readings.stream()
              .flatMap(reading -> reading.basis().stream())
              .findFirst()
              .orElse(NOT_READ),
          readings.stream().map(Bill::of).toList());
    }
  }

  /** When a host's bill was read. */
  record Bill(
      String hostProvider,
      @Schema(description = "When it was read; null where it never could be")
          @Nullable Instant readAt,
      @Schema(description = "Why it could not be read at the last try") @Nullable String problem) {
    static Bill of(dev.tmuxbuilder.costs.Costs.Reading reading) {
      return new Bill(
          reading.host().wire(), reading.doneAt().orElse(null), reading.problem().orElse(null));
    }
  }

  /** A tenant's budget. */
  record Budget(
      String tenantId,
      BigDecimal monthly,
      String currency,
      @Schema(description = "In this month, so far") BigDecimal spent,
      @Schema(description = "With what the living sites will cost until the month's end")
          BigDecimal expected,
      @Schema(description = "Whether new runs are refused") boolean reached,
      String setBy,
      Instant setAt) {
    static Budget of(String tenant, Budgets.Budget budget) {
      return new Budget(
          tenant,
          budget.monthly(),
          budget.currency(),
          budget.spent(),
          budget.expected(),
          budget.reached(),
          budget.setBy(),
          budget.setAt());
    }
  }

  /** What is nobody's. */
  @Schema(name = "Orphans")
  record OrphanList(List<Orphan> orphans, List<Look> looks) {
    static OrphanList of(List<Orphans.Orphan> orphans, List<Orphans.Look> looks) {
      return new OrphanList(
          orphans.stream().map(Orphan::of).toList(), looks.stream().map(Look::of).toList());
    }
  }

  /** A resource that is nobody's, or does not say whose. */
  record Orphan(
      String provider,
      String type,
      String id,
      String region,
      String name,
      Map<String, String> tags,
      @Schema(
              description =
                  "no_session: its tags name no living execution; no_owner: it has a name of ours"
                      + " and nobody's; untagged: a living session's, a redeploy sets its tags")
          String reason,
      boolean removable,
      Instant foundAt,
      Instant seenAt,
      @Nullable Instant removalRequestedAt,
      @Nullable String removalRequestedBy,
      @Schema(description = "Why it could not be removed") @Nullable String removalProblem) {
    static Orphan of(Orphans.Orphan orphan) {
      return new Orphan(
          orphan.resource().provider(),
          orphan.resource().type(),
          orphan.resource().id(),
          orphan.resource().region(),
          orphan.called(),
          orphan.resource().tags(),
          orphan.reason().wire(),
          orphan.reason().removable(),
          orphan.foundAt(),
          orphan.seenAt(),
          orphan.removal().map(Orphans.Removal::at).orElse(null),
          orphan.removal().map(Orphans.Removal::by).orElse(null),
          orphan.problem().orElse(null));
    }
  }

  /** When a host was looked through. */
  record Look(
      String hostProvider,
      @Schema(description = "When it was looked through; null where it never could be")
          @Nullable Instant doneAt,
      @Schema(description = "Why it could not be at the last try") @Nullable String problem) {
    static Look of(Orphans.Look look) {
      return new Look(look.host().wire(), look.doneAt().orElse(null), look.problem().orElse(null));
    }
  }

  /** The answer to a wish for removal. */
  record Asked(int removing) {}
}
