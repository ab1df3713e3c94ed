package dev.tmuxbuilder.web;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/** More words, like {@link Texts}: about the service itself, costs and the audit. */
@MessageBundle("o")
interface OperatorTexts {
  @Message("Approve")
  String approve();

  @Message(
      "It is made and waits for your approval: look at the files that changed, then approve, tell the agent what to change, or cancel.")
  String approveWaits();

  @Message("It is made and waits until an admin of the team approves it.")
  String approveNotYours();

  @Message("Approvals")
  String approvals();

  @Message(
      "What editors ask for is made, and published on these hosts only when an admin has approved it.")
  String approvalsLead();

  @Message("Who waits for what")
  String waitsTitle();

  @Message("Waits for")
  String waitsFor();

  @Message("a place")
  String waitsPlace();

  @Message("others of its tenant to end")
  String waitsShare();

  @Message("its user’s answer")
  String waitsAnswer();

  @Message("an approval")
  String waitsApproval();

  @Message("Tenants")
  String tenants();

  @Message("Members")
  String tenantMembers();

  @Message("Template")
  String template();

  @Message("None: from the brief alone")
  String templateNone();

  @Message("Add pictures or documents")
  String filesAdd();

  @Message(
      "Paste or drop them here, or choose them: up to 10, of 10 MiB each and 30 MiB together (png, jpg, gif, webp, svg, pdf, txt, md, csv).")
  String filesHint();

  @Message("Remove")
  String fileRemove();

  @Message("When")
  String auditWhen();

  @Message("Who")
  String auditWho();

  @Message("What")
  String auditWhat();

  @Message("Answer")
  String auditOutcome();

  @Message("Only the dearest are shown; the API has all of them.")
  String costsMore();

  @Message(
      "Estimated: each release’s cost estimate for the part of the month in which it was live. Billed: what the hosts’ bills say, where they were read.")
  String costsNote();

  @Message(
      "The newest lines of all teams, and what operators did outside of any. The download has the latter alone.")
  String operatorsAuditLead();

  @Message("OpenCode’s servers")
  String pool();

  @Message("User")
  String poolUser();

  @Message("Port")
  String poolPort();

  @Message("Turns")
  String poolTurns();

  @Message("Calls")
  String poolGuests();

  @Message("Idle")
  String poolIdle();

  @Message("Log levels")
  String logLevels();

  @Message("Category")
  String logCategory();

  @Message("Set")
  String logSet();

  @Message("Put back")
  String logReset();

  @Message("{started} started, {idle} stopped when idle, {failed} failed")
  String poolFigures(long started, long idle, long failed);

  @Message("{most} at most on this node; {waiting} wait for one.")
  String poolLead(int most, int waiting);

  @Message("{count} more; the API names them all.")
  String orphansMore(int count);

  @Message(
      "On node {node} only, and until it ends: a restart brings back what is configured. DEBUG is for dev.tmuxbuilder and below, since libraries may write credentials then.")
  String logLevelsLead(String node);

  @Message("Limits")
  String limits();

  @Message("What this team has, and what it may have by the operator’s word. – is no limit.")
  String limitsLead();

  @Message("Of")
  String limitOf();

  @Message("Used")
  String limitUsed();

  @Message("At most")
  String limitMost();

  @Message("Sites")
  String limitSites();

  @Message("Files of their releases")
  String limitStorage();

  @Message("Minutes of agents in this month (UTC)")
  String limitAgents();

  @Message("site")
  String shownSite();

  @Message("The newest {most} are listed.")
  String tenantsMore(int most);

  @Message("Release {number} went live")
  String wentLive(int number);

  @Message("Hosts that programs of dynamic sites on this service may reach:")
  String allowedHosts();

  @Message("none")
  String allowedNone();
}
