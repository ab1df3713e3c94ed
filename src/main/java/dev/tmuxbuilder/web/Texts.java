package dev.tmuxbuilder.web;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/**
 * The words on the pages, in English; other languages are in {@code messages/}. Qute cannot load a
 * bundle of more than 300: {@link OperatorTexts} has those that only who looks after others sees.
 */
@MessageBundle("t")
interface Texts {
  @Message("Sites")
  String sites();

  @Message("New site")
  String newSite();

  @Message("Operator")
  String operator();

  @Message("Sign in")
  String signIn();

  @Message("Sign out")
  String signOut();

  @Message("Sign in with your organisation")
  String signInAtProvider();

  @Message("The site will be yours: you are signed in.")
  String forYourself();

  @Message("Light or dark")
  String theme();

  @Message("Keyboard shortcuts")
  String shortcuts();

  @Message("Close")
  String close();

  @Message("Skip to the content")
  String skip();

  @Message("Main menu")
  String menu();

  @Message("Deutsch")
  String otherLanguage();

  @Message("de")
  String otherLanguageTag();

  @Message("Signed in as {who}")
  String signedInAs(String who);

  @Message(
      "Your token opens your sites. The service gave it to you with your first site; the operator’s"
          + " is in the file operator.token of the data directory.")
  String signInLead();

  @Message("Access token")
  String token();

  @Message("It stays in this browser, as a cookie that no script can read.")
  String tokenHint();

  @Message("This token is not known. Look whether all of it was copied.")
  String tokenRefused();

  @Message("No token yet?")
  String noToken();

  @Message("Make your first site: you get a token along with it.")
  String noTokenLead();

  @Message("Make a site")
  String firstSite();

  @Message("There is no such page")
  String wrongMissing();

  @Message("That did not work")
  String wrongTitle();

  @Message("Back to the sites")
  String backToSites();

  @Message("Search")
  String search();

  @Message("Search by name, address, host …")
  String searchSites();

  @Message("State")
  String filterStatus();

  @Message("All")
  String all();

  @Message("Sort")
  String sort();

  @Message("Newest first")
  String sortNewest();

  @Message("Oldest first")
  String sortOldest();

  @Message("By name")
  String sortName();

  @Message("No site yet")
  String noSites();

  @Message(
      "Write what you want in a few lines. A few seconds later it is live, tested in a real"
          + " browser, and has a receipt.")
  String noSitesLead();

  @Message("No site matches.")
  String noMatch();

  @Message("Show all")
  String clearFilter();

  @Message("500 on a page; search, filter and order look at this page.")
  String moreSites();

  @Message("sites")
  String shownSites();

  @Message("No picture yet")
  String noPicture();

  @Message("Release {number}")
  String release(int number);

  @Message("Waiting")
  String statusPending();

  @Message("Building")
  String statusRunning();

  @Message("Has a question")
  String statusWaitingInput();

  @Message("Waits for approval")
  String statusApproval();

  @Message("Live")
  String statusCompleted();

  @Message("Failed")
  String statusFailed();

  @Message("Cancelled")
  String statusCancelled();

  @Message("Destroyed")
  String statusDestroyed();

  @Message("Not needed")
  String statusSkipped();

  @Message("Know who asks")
  String stepCreateUser();

  @Message("Prepare the workspace")
  String stepCreateSession();

  @Message("Make the site")
  String stepGenerateSite();

  @Message("Put it live")
  String stepDeploy();

  @Message("See that it answers")
  String stepHealthCheck();

  @Message("Take pictures")
  String stepScreenshot();

  @Message("Test it in a browser")
  String stepE2eTests();

  @Message("Open site")
  String openSite();

  @Message("Copy")
  String copy();

  @Message("Copy the address")
  String copyAddress();

  @Message("Copied")
  String copied();

  @Message("Redeploy")
  String redeploy();

  @Message("Cancel run")
  String cancel();

  @Message("Notify me at the end")
  String notifyMe();

  @Message("You will be notified")
  String notifyOn();

  @Message("Started")
  String started();

  @Message("The run is being stopped.")
  String cancelling();

  @Message("Place {place} in the queue")
  String queuePlace(long place);

  @Message("{done} of 7 steps")
  String stepsOf(int done);

  @Message("Progress")
  String progress();

  @Message("Run {number}")
  String run(int number);

  @Message("attempt {number}")
  String attempt(int number);

  @Message("at the latest")
  String atLatest();

  @Message("Host")
  String host();

  @Message("Type")
  String type();

  @Message("Agent")
  String agent();

  @Message("Created")
  String created();

  @Message("Address")
  String address();

  @Message("Id")
  String siteId();

  @Message("Log")
  String log();

  @Message("Level")
  String logLevel();

  @Message("Follow")
  String logFollow();

  @Message("Search the log")
  String logSearch();

  @Message("lines")
  String logLines();

  @Message("Link to this line")
  String logPermalink();

  @Message("Live")
  String live();

  @Message("Reconnecting …")
  String reconnecting();

  @Message("Pictures")
  String pictures();

  @Message("Desktop")
  String desktop();

  @Message("Phone")
  String phone();

  @Message("Before and after")
  String compare();

  @Message("Before")
  String before();

  @Message("After")
  String after();

  @Message("How much of the picture before is shown")
  String compareSlider();

  @Message("Pictures come with the first release.")
  String noPictures();

  @Message("Tests")
  String tests();

  @Message("{passed} passed")
  String testsPassed(long passed);

  @Message("{failed} failed")
  String testsFailed(long failed);

  @Message("The report comes at the end of the first run.")
  String noTests();

  @Message("Check")
  String check();

  @Message("Page")
  String page();

  @Message("Expected")
  String expected();

  @Message("Seen")
  String seen();

  @Message("Took")
  String took();

  @Message("passed")
  String passed();

  @Message("failed")
  String failed();

  @Message("Releases")
  String releases();

  @Message("Receipt")
  String receipt();

  @Message("No release yet.")
  String noReleases();

  @Message("Live now")
  String isLive();

  @Message("Roll back to this")
  String rollBack();

  @Message("Verify")
  String verify();

  @Message("Recomputes the receipt’s digests in this browser.")
  String verifyHint();

  @Message("Receipt")
  String verifySeal();

  @Message("Picture")
  String verifyPicture();

  @Message("Check results")
  String verifyReport();

  @Message("matches")
  String verifyOk();

  @Message("does not match")
  String verifyBad();

  @Message("is not kept any more")
  String verifyGone();

  @Message("Browsers only compute digests on https or localhost.")
  String verifyInsecure();

  @Message("Artifact")
  String artifact();

  @Message("Source commit")
  String source();

  @Message("{count} files")
  String files(int count);

  @Message("checks")
  String checksOf();

  @Message("a month")
  String costMonth();

  @Message("Cost")
  String cost();

  @Message("Asked for by")
  String askedBy();

  @Message("Resources")
  String resources();

  @Message("What the host holds for this site right now, against what the receipt says.")
  String resourcesLead();

  @Message("Look now")
  String resourcesLook();

  @Message("The host holds nothing for this site.")
  String noResources();

  @Message("as it was made")
  String asMade();

  @Message("Tags")
  String tags();

  @Message("Brief")
  String brief();

  @Message("Share")
  String share();

  @Message(
      "A link by which anybody can see this page’s picture, steps and test results, and change"
          + " nothing.")
  String shareLead();

  @Message("with the log")
  String shareLog();

  @Message("Make a link")
  String shareMake();

  @Message("Take all links back")
  String shareStop();

  @Message("No link opens this site any more.")
  String shareStopped();

  @Message("Link")
  String shareLink();

  @Message("Badge")
  String shareBadge();

  @Message("Destroy")
  String destroy();

  @Message(
      "Removes every resource of this site. The address stops working; the record, with its"
          + " receipts, stays.")
  String destroyLead();

  @Message("Type {name} to go on")
  String destroyType(String name);

  @Message("Destroy this site")
  String destroyNow();

  @Message("Keep it")
  String keepIt();

  @Message("Reading works without JavaScript; changing something needs it.")
  String needsScript();

  @Message("On this page")
  String onThisPage();

  @Message("Say what the site is for, in Markdown. Headings become pages.")
  String newLead();

  @Message("Brief")
  String writeBrief();

  @Message("Preview")
  String preview();

  @Message("What you write appears here.")
  String previewEmpty();

  @Message("{pages} pages, {words} words")
  String previewFacts(int pages, int words);

  @Message("Write, paste, or drop a Markdown file here.")
  String dropHint();

  @Message("Choose a file")
  String chooseFile();

  @Message("Start from an example")
  String startFrom();

  @Message("Where and how")
  String whereTo();

  @Message("Who it is for")
  String whoFor();

  @Message("Email")
  String email();

  @Message("Phone, with country code")
  String phoneNumber();

  @Message("Static: files")
  String static_();

  @Message("Dynamic: a program that answers")
  String dynamic();

  @Message("Not set up: {setting} is missing")
  String missing(String setting);

  @Message("about {amount} a month")
  String costAbout(String amount);

  @Message("Build it")
  String build();

  @Message("Sending …")
  String building();

  @Message("Your access token")
  String yourToken();

  @Message("It is shown once. Keep it: it is how you come back to your sites.")
  String yourTokenLead();

  @Message("Watch it being built")
  String watchBuild();

  @Message("Please look at the marked fields.")
  String fixFields();

  @Message("Nodes")
  String nodes();

  @Message("Node")
  String node();

  @Message("Version")
  String version();

  @Message("Load")
  String load();

  @Message("Heard")
  String heard();

  @Message("takes no more")
  String draining();

  @Message("Waiting")
  String waitingRuns();

  @Message("Under way")
  String workingRuns();

  @Message("Places")
  String places();

  @Message("Nothing is under way.")
  String idle();

  @Message("Health")
  String health();

  @Message("up")
  String healthUp();

  @Message("down")
  String healthDown();

  @Message("Configuration in force")
  String configuration();

  @Message("Setting")
  String setting();

  @Message("Value")
  String value();

  @Message("From")
  String from();

  @Message("hidden")
  String hidden();

  @Message("Search settings")
  String searchSettings();

  @Message("Step")
  String step();

  @Message("Session")
  String session();

  @Message("This help")
  String keyHelp();

  @Message("Go to the sites")
  String keySites();

  @Message("New site")
  String keyNew();

  @Message("Search")
  String keySearch();

  @Message("Open the site")
  String keyOpen();

  @Message("Light or dark")
  String keyTheme();

  @Message("The service does not answer. Nothing is lost; trying again.")
  String offline();

  @Message("The run has ended")
  String ended();

  @Message("Conversation")
  String conversation();

  @Message(
      "Tell the agent what should change. It changes the site at the same address and shows what it did.")
  String chatLead();

  @Message("The agent {agent} works from the brief alone and takes no messages.")
  String chatNot(String agent);

  @Message("You")
  String chatYou();

  @Message("Release {number} is still live")
  String stillLive(int number);

  @Message("What the agent is doing")
  String agentDoes();

  @Message("Message to the agent")
  String chatSay();

  @Message("Ctrl + Enter sends it. While a run is under way, messages wait in their order.")
  String chatHint();

  @Message("Send")
  String chatSend();

  @Message("Sent. The agent works on it.")
  String chatQueued();

  @Message("added")
  String changeAdded();

  @Message("changed")
  String changeChanged();

  @Message("removed")
  String changeRemoved();

  @Message("Team")
  String team();

  @Message("Teams")
  String teams();

  @Message("Members")
  String members();

  @Message("Role")
  String role();

  @Message("Role of {email}")
  String roleOf(String email);

  @Message("Since")
  String since();

  @Message("Remove")
  String remove();

  @Message("you")
  String itsYou();

  @Message("program")
  String serviceAccount();

  @Message("Invite")
  String invite();

  @Message("Who has the email and the token gets in, for seven days. Send the token yourself.")
  String inviteLead();

  @Message("Shown once, keep it:")
  String shownOnce();

  @Message("Accept an invitation")
  String accept();

  @Message("Token of the invitation")
  String acceptToken();

  @Message("Tokens")
  String tokens();

  @Message("A token opens what its holder may, and never more than its scope.")
  String tokensLead();

  @Message("Name")
  String name();

  @Message("Scope")
  String scope();

  @Message("Days")
  String days();

  @Message("Make a token")
  String makeToken();

  @Message("Holder")
  String holder();

  @Message("Last used")
  String lastUsed();

  @Message("Costs")
  String costs();

  @Message("What your sites cost this month.")
  String costsLead();

  @Message("Costs by tenant")
  String costsOfTenants();

  @Message("Estimated")
  String estimated();

  @Message("Billed")
  String billed();

  @Message("Budget")
  String budget();

  @Message("Orphans")
  String orphans();

  @Message("What on the hosts is nobody’s. Nothing is removed until you say so.")
  String orphansLead();

  @Message("Audit")
  String audit();

  @Message("Who did what, the newest first. The file can be checked with audit verify.")
  String auditLead();

  @Message("Download")
  String download();

  @Message("Nothing here")
  String nothingHere();

  @Message("Done")
  String done();

  @Message("What was seen by: {check}")
  String pictureOf(String check);

  @Message("What for")
  String whatFor();

  @Message("Environment")
  String environment();

  @Message(
      "Variables for the site’s program. Values are kept sealed and never shown again; the next redeploy takes changes up.")
  String environmentLead();

  @Message("A static site has no program that could be given variables: everybody could read them.")
  String environmentStatic();

  @Message(
      "Programs on this host cannot be given variables yet: the way to the machine would show them to others.")
  String environmentElsewhere();

  @Message("The site is destroyed; its program runs no more.")
  String environmentDestroyed();

  @Message("Your role may look and not change them.")
  String environmentNotYours();

  @Message("Set")
  String environmentSetAt();

  @Message("By")
  String environmentSetBy();

  @Message(
      "Write a name again to give it another value. What you type here is not shown to anybody afterwards, you included.")
  String environmentHint();

  @Message("Set variable")
  String environmentSave();

  @Message("Set. The next redeploy takes it up.")
  String environmentSaid();

  @Message("Removed. The next redeploy goes without it.")
  String environmentRemoved();

  @Message("Show what changed")
  String showChanges();

  @Message("Changed files")
  String changedFiles();

  @Message("This run changed no file.")
  String noChanges();

  @Message("Not a text: only named here.")
  String diffBinary();

  @Message("Cut here: the rest is in the session’s repository.")
  String diffCut();

  @Message("Changes of run {number}")
  String changesOf(int number);

  @Message("{count} more files changed; the API names them all.")
  String moreFiles(int count);

  @Message("Changes in {path}")
  String diffOf(String path);

  @Message("Older sites")
  String olderSites();

  @Message("The newest sites")
  String newestSites();

  @Message("Pages of sites")
  String pagesOfSites();

  @Message("Terminal")
  String terminal();

  @Message("Watch")
  String terminalWatch();

  @Message("Type into it")
  String terminalType();

  @Message("Opening …")
  String terminalOpening();

  @Message("What is on the agent’s terminal while it is at work.")
  String terminalLead();

  @Message(
      "Who types may talk to the agent past the conversation; it is noted in the audit and ends by itself after ten minutes. Tab leaves the terminal.")
  String terminalTypeLead();

  @Message("Your role may not watch the terminal: editors may.")
  String terminalNotYours();

  @Message("The agent {agent} works without a terminal.")
  String terminalNot(String agent);

  @Message("On node %s")
  String terminalShown();

  @Message(
      "The agent is not at work on node %s: its terminal is open during a run, on the node that works on it.")
  String terminalNone();
}
