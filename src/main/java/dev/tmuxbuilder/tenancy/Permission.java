package dev.tmuxbuilder.tenancy;

/** What may be done in a tenant; {@link Role} says by whom, members and agents alike. */
public enum Permission {
  /** See sites, runs, evidence, costs and members. */
  VIEW,
  /** Have tokens of one's own, which never open more than their holder may. */
  HOLD_TOKENS,
  /** Make a site. */
  CREATE,
  /** Chat, redeploy, roll back, cancel, set a site's environment. */
  CHANGE,
  /** Destroy a site, erase a person's data. */
  DESTROY,
  /** Invite, change roles, make service accounts, revoke tokens of others. */
  MANAGE_MEMBERS,
  /** Set how much may be spent. */
  MANAGE_BUDGETS,
  /** Say yes to what waits for approval. */
  APPROVE,
  /** Type into the terminal that an agent works in. */
  TAKE_OVER,
  /** Read who did what. */
  READ_AUDIT,
  /** Tell of one's work in the journal of a site, ask its user, hand the work in. */
  REPORT,
  /** Ask models, on the tenant's budget. */
  USE_MODELS
}
