package dev.tmuxbuilder.platform;

import io.quarkus.runtime.annotations.ConfigDocSection;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that an operator may set, under {@code tmuxbuilder.}; as an environment variable
 * {@code TMUXBUILDER_DATA_DIR} and so on.
 */
@ConfigMapping(prefix = "tmuxbuilder")
public interface Settings {
  /** Where everything that lasts is kept. */
  @WithDefault("${HOME:${user.home}}/.tmux-builder")
  Path dataDir();

  /**
   * This node's name, another one for each node. Without it, a lone server has one of its own, and
   * of several on one database each has another at every start.
   */
  Optional<String> nodeName();

  /** Who may create a user. */
  @WithDefault("loopback")
  Signup signup();

  /**
   * Whether strangers use this service: then it refuses to start where programs cannot be kept in
   * as they should be.
   */
  @WithDefault("false")
  boolean production();

  /** How what sites must keep to themselves is kept. */
  @ConfigDocSection
  Secrets secrets();

  /** Who vouches for callers besides this service's own tokens. */
  @ConfigDocSection
  Identity identity();

  /** The local host. */
  @ConfigDocSection
  Sites sites();

  /** The host on AWS. */
  @ConfigDocSection
  Aws aws();

  /** The host on Azure. */
  @ConfigDocSection
  Azure azure();

  /** The browser that checks and photographs. */
  @ConfigDocSection
  Browser browser();

  /** How checks reach a site. */
  @ConfigDocSection
  Verify verify();

  /** What callers may ask for. */
  @ConfigDocSection
  Api api();

  /** How much a tenant may have for which the operator has not said anything else. */
  @ConfigDocSection
  Quota quota();

  /** How runs are worked off. */
  @ConfigDocSection
  Runs runs();

  /** How what should be is compared with what is. */
  @ConfigDocSection
  Reconcile reconcile();

  /** What agents may be given. */
  @ConfigDocSection
  Library library();

  /** Repositories that sites may begin as. */
  @ConfigDocSection
  SharedRepos sharedRepos();

  /** How runs are watched. */
  @ConfigDocSection
  Stream stream();

  /** What is not kept for ever. Receipts, reports and the state of runs always are. */
  @ConfigDocSection
  Retention retention();

  /** What agents use of models. */
  @ConfigDocSection
  Gateway gateway();

  /** What agents ask of this service itself. */
  @ConfigDocSection
  Mcp mcp();

  /** Sites that cost by the hour and that nobody changes any more. */
  @ConfigDocSection
  Untouched untouched();

  /** How the hosts' bills are read. */
  @ConfigDocSection
  Costs costs();

  /** How resources that are nobody's are looked for. */
  @ConfigDocSection
  Sweeper sweeper();

  /** Claude Code as an agent. */
  @ConfigDocSection
  Claude claude();

  /** OpenCode as an agent. */
  @ConfigDocSection
  OpenCode opencode();

  /** What agents may be given. */
  interface Library {
    /**
     * The folder of skills and helpers, as `.claude-library` of this project is one; else the
     * folder of that name where the service was started, or beside its program.
     */
    Optional<Path> dir();

    /**
     * Libraries of the operator's own, which add to it or take the place of items and rules of the
     * same name: folders, or commits of git repositories ({@code https://…#COMMIT}).
     */
    Optional<List<String>> more();
  }

  /** Repositories that sites may begin as. */
  interface SharedRepos {
    /** The operator's folder of git repositories; without it there are none. */
    Optional<Path> dir();

    /** How many bytes all files of one may have that is copied. */
    @WithDefault("67108864")
    long maxBytes();

    /** How many files one may have that is copied. */
    @WithDefault("5000")
    int maxFiles();
  }

  /** What is needed to know before the service has read its configuration. */
  final class Defaults {
    /** Where the API listens. */
    public static final int HTTP_PORT = 8080;

    /** Where it listens for TLS, with a certificate. */
    public static final int HTTPS_PORT = 8443;

    /** Where sites are served. */
    public static final int SITES_PORT = 8081;

    private Defaults() {}
  }

  /** Who may create a user. */
  enum Signup {
    /** Anybody, while the service listens on loopback alone. */
    LOOPBACK,
    /** Anybody. */
    OPEN,
    /** The operator. */
    OPERATOR
  }

  /** The local host. */
  interface Sites {
    /** The port on which all sites of this machine are served. */
    @WithDefault("8081")
    int port();

    /** The address on which sites are served. */
    @WithDefault("127.0.0.1")
    String host();

    /** Sites are at {@code http://{name}.{domain}:{port}/}. */
    @WithDefault("localhost")
    String domain();

    /** The port in the sites' addresses, where something in front of this service has another. */
    OptionalInt publicPort();

    /** Memory for files that are served often, in bytes. */
    @WithDefault("67108864")
    long cacheBytes();

    /** How many earlier releases of a site are kept for a rollback, besides the live one. */
    @WithDefault("20")
    int releases();

    /** How long a dynamic site may take to answer its health check after it was started. */
    @WithDefault("15s")
    Duration startDeadline();

    /** How long requests to the old release may take to end after a switch. */
    @WithDefault("10s")
    Duration drainDeadline();

    /** Memory that a dynamic site's process may use, in bytes. */
    @WithDefault("536870912")
    long processMemory();

    /** Room that the files of a dynamic site may take, in bytes. */
    @WithDefault("1073741824")
    long processDisk();

    /** The Node.js program that runs dynamic sites. */
    @WithDefault("node")
    String node();

    /** Whether programs are shut in with bubblewrap: always, never, or where it works. */
    @WithDefault("auto")
    Sandbox sandbox();

    /**
     * Names of the operator's own network that dynamic sites may reach where their tenant is
     * allowed them: {@code NAME=ADDRESS}, with commas between them. All other names have to lead to
     * the public internet.
     */
    Optional<List<String>> internalHosts();
  }

  /** How what sites must keep to themselves is kept. */
  interface Secrets {
    /**
     * The keys that wrap the keys of sites, 64 hex digits each: the first one wraps, the others
     * open what they wrapped before. Without any, {@code master.secret} in the data directory.
     */
    Optional<List<String>> masterKeys();

    /**
     * A key of AWS KMS (ARN, alias or id) that wraps the master key: {@code master.secret} then
     * holds what only that key opens.
     */
    Optional<String> kmsKey();
  }

  /** Who vouches for callers, and what becomes of those for whom somebody does. */
  interface Identity {
    /** The claim that holds a person's groups; Amazon Cognito's is {@code cognito:groups}. */
    @WithDefault("groups")
    String groupsClaim();

    /** Groups with the role that each gives here: {@code GROUP=ROLE}, the greatest counts. */
    Optional<List<String>> roles();

    /** The role of those whose groups give none; without it they are refused. */
    Optional<String> defaultRole();

    /**
     * The claim that names a person's tenant, such as {@code custom:organisation}; without it each
     * person has a tenant of its own.
     */
    Optional<String> tenantClaim();

    /** Addresses and ranges from which alone a load balancer's header is taken. */
    Optional<List<String>> trustedProxies();

    /** An OpenID Connect provider. */
    Oidc oidc();

    /** An Application Load Balancer of AWS that authenticates. */
    Alb alb();

    /** Cloudflare Access. */
    Access access();

    /** A way in for the operator where whoever vouches for callers is away. */
    Emergency emergency();
  }

  /** An OpenID Connect provider, for bearer tokens and for signing in with a browser. */
  interface Oidc {
    /** Its issuer, exactly as its tokens name it; its discovery document is below that. */
    Optional<URI> issuer();

    /** This service's client id there. */
    Optional<String> clientId();

    /** The client's secret; with it people may sign in with a browser. */
    Optional<String> clientSecret();

    /** Whom a bearer token must be for; without it, the client. */
    Optional<List<String>> audience();
  }

  /** An Application Load Balancer of AWS that authenticates. */
  interface Alb {
    /** Its ARN; without it its header means nothing. */
    Optional<String> signer();

    /** Where its public keys are; without it, AWS' endpoint of its region. */
    Optional<URI> keys();
  }

  /** Cloudflare Access. */
  interface Access {
    /** The team's address, such as {@code https://team.cloudflareaccess.com}. */
    Optional<URI> team();

    /** The application's audience tags. */
    Optional<List<String>> audience();

    /** Where the team's keys are; without it, below its address. */
    Optional<URI> keys();

    /** Whether requests without Access' word are refused, whatever else they bring. */
    @WithDefault("true")
    boolean required();
  }

  /**
   * A name and a password (HTTP Basic) that make a caller the operator, also past Cloudflare
   * Access. Off unless both are set; to be taken out again when the emergency is over.
   */
  interface Emergency {
    /** The name. */
    Optional<String> user();

    /**
     * The password's Argon2id hash in the PHC string format, as {@code bin/tmux-builder
     * emergency-hash} makes it.
     */
    Optional<String> passwordHash();
  }

  /** Claude Code as an agent. It is offered where a key for Anthropic's API is set. */
  interface Claude {
    /** The {@code claude} program; without it, the one in {@link #nodeModules}. */
    Optional<Path> executable();

    /** The {@code node_modules} directory that holds {@code @anthropic-ai/claude-code}. */
    @WithDefault("src/main/node/claude/node_modules")
    Path nodeModules();

    /** The tmux program, in whose sessions people can watch agents. */
    @WithDefault("tmux")
    String tmux();

    /** The model that agents use. */
    @WithDefault("claude-sonnet-4-5")
    String model();

    /** How often the model may be asked in one turn. */
    @WithDefault("100")
    int maxTurns();

    /** How much one turn may cost, in US dollars. */
    @WithDefault("5")
    BigDecimal turnBudget();

    /** How long the program may take to begin a turn. */
    @WithDefault("60s")
    Duration startDeadline();

    /** For how long an agent may say nothing before it is stopped. */
    @WithDefault("5m")
    Duration silence();

    /** How often an agent's program is started again within a turn after it died. */
    @WithDefault("2")
    int restarts();
  }

  /**
   * OpenCode as an agent: a server for each user, in a pool. It is offered where a key for its
   * provider is set.
   */
  interface OpenCode {
    /** The {@code opencode} program; without it, the one in {@link #nodeModules}. */
    Optional<Path> executable();

    /** The {@code node_modules} directory that holds {@code opencode-ai}. */
    @WithDefault("src/main/node/opencode/node_modules")
    Path nodeModules();

    /** Through which of the gateway's APIs it reaches its model. */
    @WithDefault("anthropic")
    ModelProvider provider();

    /** The model. */
    @WithDefault("claude-sonnet-4-5")
    String model();

    /** How often the model may be asked in one turn. */
    @WithDefault("100")
    int maxTurns();

    /** How many servers this node keeps, one for each user. */
    @WithDefault("4")
    int max();

    /** The first of the ports that they listen on, on loopback; the next free ones are taken. */
    @WithDefault("47100")
    int basePort();

    /** For how long one is kept that nobody uses. */
    @WithDefault("10m")
    Duration idle();

    /** How often each is asked whether it is well; one that misses three times is given up. */
    @WithDefault("5s")
    Duration health();

    /** How long one may take to start. */
    @WithDefault("60s")
    Duration startDeadline();

    /** How long one may take to end before it is killed. */
    @WithDefault("5s")
    Duration grace();

    /** Memory that one may use, in bytes. */
    @WithDefault("2147483648")
    long memory();

    /** For how long an agent may say nothing before it is stopped. */
    @WithDefault("5m")
    Duration silence();

    /** How often another server takes over within a turn after one was lost. */
    @WithDefault("2")
    int restarts();
  }

  /** In whose form a model's API is. */
  enum ModelProvider {
    ANTHROPIC,
    OPENAI
  }

  /** How much sites' processes, builds and agents are shut in. */
  enum Sandbox {
    /** With bubblewrap where it works on this machine. */
    AUTO,
    /** With bubblewrap, or not at all. */
    REQUIRED,
    /** Without. */
    OFF
  }

  /** The host on AWS. Nothing of it is touched before the first site is wanted there. */
  interface Aws {
    /**
     * The profile in the AWS configuration files whose credentials are used. Where there is no such
     * profile, the AWS SDK's own chain is asked: environment, container, instance.
     */
    @WithDefault("sunwaretech")
    String profile();

    /** Where buckets and instances are made. */
    @WithDefault("us-east-1")
    String region();

    /** Another address for every AWS service: an emulator's. */
    Optional<URI> endpoint();

    /** The ARN of a role that is taken on before anything is done. */
    Optional<String> role();

    /**
     * Tenants whose sites are made by a role of their own, in another account maybe: {@code
     * tenant's id=role's ARN}, with commas between them. The role is taken on with the tenant's id
     * as its external id, by which the role's trust policy can tell for whom it is.
     */
    Optional<List<AssumedRole>> roles();

    /** How many files are uploaded at a time. */
    @WithDefault("48")
    int concurrency();

    /** A path that leads to no file shows the home page: for sites that are one program. */
    @WithDefault("false")
    boolean spa();

    /** From where in the world CloudFront serves, in its own words. */
    @WithDefault("PriceClass_100")
    String priceClass();

    /** How long CloudFront may take to spread a change. */
    @WithDefault("25m")
    Duration patience();

    /** The first pause between two looks at something that takes its time; pauses grow. */
    @WithDefault("2s")
    Duration pause();

    /** The machine of a dynamic site whose release runs on any processor. */
    @WithDefault("t4g.micro")
    String instanceArm();

    /** The machine of a dynamic site with programs for x86 in it. */
    @WithDefault("t3.micro")
    String instanceX86();

    /** The disk of a dynamic site's machine. */
    @WithDefault("8")
    int diskGb();

    /** The ARN of a policy that bounds the rights of every role that is made. */
    Optional<String> boundary();

    /**
     * Whether it is found out before each run which of the needed rights are missing. Conditions of
     * an organisation's policies can make IAM's forecast wrong: then this is switched off.
     */
    @WithDefault("true")
    boolean checkRights();

    /**
     * Whether Cost Explorer is asked what AWS charged: a cent for each page of an answer. The tags
     * must be activated for cost allocation in the account.
     */
    @WithDefault("false")
    boolean costExplorer();

    /** What every resource is tagged with, besides whose it is. */
    ResourceTags tags();
  }

  /**
   * Who acts on AWS for a tenant.
   *
   * @param role an ARN
   */
  record AssumedRole(UUID tenant, String role) {
    private static final Pattern FORM =
        Pattern.compile("([0-9a-f-]{36})=(arn:[a-z-]+:iam::\\d{12}:role/[\\w+=,.@/-]{1,576})");

    /** From {@code tenant's id=role's ARN}; this is how the configuration reads it. */
    public static AssumedRole of(String text) {
      Matcher matcher = FORM.matcher(text.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "'%s' is not a tenant's id, '=' and the ARN of a role".formatted(text));
      }
      return new AssumedRole(UUID.fromString(matcher.group(1)), matcher.group(2));
    }
  }

  /** The host on Azure. Nothing of it is touched before the first site is wanted there. */
  interface Azure {
    /** The subscription in which sites are made, by its name or its id. */
    @WithDefault("sunwaretech")
    String subscription();

    /** Where resource groups and storage accounts are made. */
    @WithDefault("eastus")
    String location();

    /**
     * Another address for Azure's Resource Manager. Where that is plain http, which is for an
     * emulator on this machine, requests carry no credentials.
     */
    Optional<URI> endpoint();

    /**
     * Where Front Door is asked what it shows, instead of at its host names: a stand-in's address.
     * The host name that was meant is in {@code X-Forwarded-Host}.
     */
    Optional<URI> edge();

    /** How many files are uploaded at a time. */
    @WithDefault("48")
    int concurrency();

    /** The machine of a dynamic site whose release runs on any processor. */
    @WithDefault("Standard_B2pts_v2")
    String machineArm();

    /** The machine of a dynamic site with programs for x86 in it. */
    @WithDefault("Standard_B2ts_v2")
    String machineX86();

    /** The disk of a dynamic site's machine; Ubuntu's image needs 30. */
    @WithDefault("32")
    int diskGb();

    /**
     * Whether a machine's caches and temporary disk are encrypted as its disk is in any case. The
     * subscription must have the feature {@code EncryptionAtHost} of Microsoft.Compute.
     */
    @WithDefault("false")
    boolean encryptionAtHost();

    /** Whether it is found out before each run which of the needed rights are missing. */
    @WithDefault("true")
    boolean checkRights();

    /** Whether Cost Management is asked what Azure charged. It costs nothing. */
    @WithDefault("true")
    boolean costManagement();

    /** How long Azure may take for one change. */
    @WithDefault("25m")
    Duration patience();

    /** The first pause between two looks at something that takes its time; pauses grow. */
    @WithDefault("2s")
    Duration pause();

    /** What every resource is tagged with, besides whose it is. */
    ResourceTags tags();
  }

  /** The tags that are the same on every resource. */
  interface ResourceTags {
    @WithDefault("tmux-builder")
    String project();

    @WithDefault("production")
    String environment();

    @WithDefault("tmux-builder-automation")
    String createdBy();

    @WithDefault("user-sites")
    String costCenter();
  }

  /** The browser that checks and photographs. */
  interface Browser {
    /** Chromium's program; without it, {@code chromium} and the like are looked for in PATH. */
    Optional<Path> executable();

    /**
     * The {@code node_modules} directory that holds {@code playwright-core} and {@code axe-core}.
     */
    @WithDefault("src/main/node/node_modules")
    Path nodeModules();

    /** The Node.js program that runs Playwright's driver. */
    @WithDefault("node")
    String node();

    /** How many browsers are kept, each used by one step at a time. */
    @WithDefault("2")
    int pool();

    /** How long one page may take to load. */
    @WithDefault("15s")
    Duration pageDeadline();
  }

  /** How checks reach a site. */
  interface Verify {
    /**
     * Where checks and browser reach a name that does not resolve, as with curl's {@code
     * --connect-to}: {@code *.example.net=http://127.0.0.1:5600}, separated by commas.
     */
    Optional<String> connectTo();
  }

  /** What callers may ask for. */
  interface Api {
    /** How many calls are answered at a time; those beyond are refused with 503. */
    @WithDefault("1000")
    int maxCalls();

    /** How many wrong credentials an address may send in a minute before it is refused with 429. */
    @WithDefault("120")
    int failedSignIns();

    /** How often a user, or an address without one, may call in a minute; then 429. */
    @WithDefault("6000")
    long requestsPerUser();

    /** How often all users of a tenant together may call in a minute; then 429. */
    @WithDefault("30000")
    long requestsPerTenant();

    /**
     * How often it is looked whether those whose answers go on for long, such as streams, may have
     * them still.
     */
    @WithDefault("30s")
    Duration recheck();
  }

  /** How much a tenant may have for which the operator has not said anything else. */
  interface Quota {
    /** How many sites; without it as many as it wants. */
    Optional<Long> sites();

    /** How many bytes the files of all their releases may take; without it as many as it wants. */
    Optional<Long> storageBytes();

    /**
     * How many minutes agents may work in a calendar month (UTC); without it as many as they want.
     */
    Optional<Long> agentMinutes();
  }

  /** How runs are worked off. */
  interface Runs {
    /** How many runs this node works on at a time. */
    @WithDefault("4")
    int concurrent();

    /**
     * How many agents work at a time on this node. A run that waits for its turn uses up the time
     * of its step meanwhile: with many fewer than runs, give the step longer.
     */
    @WithDefault("4")
    int agents();

    /** How many releases are uploaded at a time by this node. */
    @WithDefault("4")
    int uploads();

    /** How many runs of one tenant are worked on at a time, by all nodes. */
    @WithDefault("16")
    int perTenant();

    /** How many runs of one user are worked on at a time, by all nodes. */
    @WithDefault("8")
    int perUser();

    /** How many runs may wait before new ones are refused with 429. */
    @WithDefault("10000")
    int maxWaiting();

    /** How many runs of one tenant may wait before its new sites are refused with 429. */
    @WithDefault("2000")
    int maxWaitingPerTenant();

    /** How often a step that failed for a passing reason is tried in all. */
    @WithDefault("3")
    int attempts();

    /** The first pause between two tries; it doubles, with jitter. */
    @WithDefault("500ms")
    Duration backoff();

    /**
     * How many nodes in a row may take up a run and end before they have finished the step it is
     * at; then it fails, rather than break every node.
     */
    @WithDefault("20")
    int owners();

    /**
     * How often this node says that it is alive. Four words missed, and its runs are another's: six
     * such times later at most.
     */
    @WithDefault("3s")
    Duration heartbeat();

    /** How long a run in progress may take to stop when the service stops. */
    @WithDefault("5s")
    Duration drain();

    /** The longest that each step may take. */
    Deadlines deadline();
  }

  /** The longest that each thing may take; steps with their retries, stages in one try. */
  interface Deadlines {
    /** A whole run, by one node. */
    @WithDefault("3h")
    Duration run();

    /** The removal of all that belongs to a site, by one node. */
    @WithDefault("1h")
    Duration destroy();

    @WithDefault("30s")
    Duration createUser();

    @WithDefault("1m")
    Duration createSession();

    @WithDefault("30m")
    Duration generateSite();

    @WithDefault("30m")
    Duration deploy();

    @WithDefault("5m")
    Duration healthCheck();

    @WithDefault("5m")
    Duration screenshot();

    @WithDefault("10m")
    Duration e2eTests();

    @WithDefault("28m")
    Duration agent();

    @WithDefault("25m")
    Duration provision();

    @WithDefault("5m")
    Duration tag();

    @WithDefault("25m")
    Duration upload();

    @WithDefault("28m")
    Duration activate();
  }

  /** How what should be is compared with what is. */
  interface Reconcile {
    /** How often. */
    @WithDefault("30s")
    Duration every();

    /** How long after its deadline a run is ended by another than its owner. */
    @WithDefault("20s")
    Duration grace();
  }

  /**
   * What is kept of old runs. Whatever these say, everything stays of an execution's newest run, of
   * the run that made its live release, and of runs that go on.
   */
  interface Retention {
    /** How often one of the nodes looks for what is not kept. */
    @WithDefault("1h")
    Duration every();

    /** Of how many of an execution's newest runs the journal is kept. */
    @WithDefault("50")
    int journalRuns();

    /** For how long a finished run's journal is kept. */
    @WithDefault("90d")
    Duration journalAge();

    /** How many lines of journals are kept of an execution, those of newer runs first. */
    @WithDefault("100000")
    long journalLines();

    /** Of how many of an execution's newest runs screenshots and test reports are kept as files. */
    @WithDefault("20")
    int screenshotRuns();

    /** For how long they are kept. */
    @WithDefault("90d")
    Duration screenshotAge();

    /** How much room they may take for each execution, in bytes; newer runs come first. */
    @WithDefault("268435456")
    long screenshotBytes();

    /** For how long a session's logs and transcripts are kept after they were last written to. */
    @WithDefault("30d")
    Duration logAge();

    /** How much room they may take for each session, in bytes; newer ones come first. */
    @WithDefault("67108864")
    long logBytes();
  }

  /** Sites that cost by the hour and that nobody changes any more. */
  interface Untouched {
    /** How often one of the nodes looks for them. */
    @WithDefault("1h")
    Duration every();

    /**
     * How long after its last change or deployment a site that is charged by the hour is stopped,
     * until its next deployment; never where this is not set.
     */
    Optional<Duration> stopAfter();

    /** For how long its owner is warned before. */
    @WithDefault("7d")
    Duration warnBefore();
  }

  /** How the hosts' bills are read. */
  interface Costs {
    /** How often, by one of the nodes, whatever starts and stops. */
    @WithDefault("12h")
    Duration every();
  }

  /** How resources that are nobody's are looked for. */
  interface Sweeper {
    /** How often, by one of the nodes. */
    @WithDefault("6h")
    Duration every();

    /**
     * Hosts that are looked through even if no site was ever wanted there, as after the loss of a
     * database; the others are in any case.
     */
    Optional<Set<String>> hosts();
  }

  /** How runs are watched. */
  interface Stream {
    /** How often a silent stream sends a comment, so that proxies keep it open. */
    @WithDefault("15s")
    Duration heartbeat();

    /** How many of the newest events of an execution are kept in memory for its watchers. */
    @WithDefault("256")
    int ring();
  }

  /** What agents use of models. */
  interface Gateway {
    /** Where agents reach this service; without it, its own port on loopback. */
    Optional<URI> address();

    /** Anthropic's API. */
    Anthropic anthropic();

    /** Anthropic's models on Amazon Bedrock. */
    Bedrock bedrock();

    /** An API in the form of OpenAI's. */
    OpenAi openai();

    /** How much may be spent, in US dollars; nothing is where nobody set a limit. */
    Budgets budget();

    /** A file with prices that come before those that are built in, in the same form. */
    Optional<Path> prices();

    /** How many calls an execution's agent may make in a minute, on each node. */
    @WithDefault("240")
    int callsPerMinute();

    /** How many calls of an execution's agent are under way at a time, on each node. */
    @WithDefault("16")
    int concurrentCalls();

    /** How often a call is tried in all where the provider says that it has too much to do. */
    @WithDefault("4")
    int attempts();

    /** The longest pause between two tries; where the provider wants a longer one, it is told. */
    @WithDefault("30s")
    Duration longestPause();

    /** For how long a provider may be silent. */
    @WithDefault("10m")
    Duration silence();

    /** The largest call, in bytes. */
    @WithDefault("33554432")
    long maxBody();
  }

  /** What agents ask of this service itself. */
  interface Mcp {
    /** How many calls an execution's agent may make in a minute, on each node. */
    @WithDefault("120")
    int callsPerMinute();

    /** How many calls of an execution's agent are under way at a time, on each node. */
    @WithDefault("8")
    int concurrentCalls();
  }

  /** Anthropic's API. */
  interface Anthropic {
    /** Where it is. */
    @WithDefault("${ANTHROPIC_BASE_URL:https://api.anthropic.com}")
    URI baseUrl();

    /** The key, sent as {@code x-api-key}. */
    @WithDefault("${ANTHROPIC_API_KEY:}")
    Optional<String> key();

    /** A token, sent as a bearer token where there is no key. */
    @WithDefault("${ANTHROPIC_AUTH_TOKEN:}")
    Optional<String> token();
  }

  /** Anthropic's models on Amazon Bedrock. */
  interface Bedrock {
    /** The region; with it, Anthropic's models are asked for there and not at Anthropic. */
    Optional<String> region();

    /** Another address than that of the region. */
    Optional<URI> endpoint();

    /** A profile in the AWS configuration files; without it, the AWS SDK's own chain is asked. */
    Optional<String> profile();

    /**
     * Models that agents name, with what Bedrock calls them: {@code MODEL=ID}, the id of a model or
     * of an inference profile, or its ARN. A name that is Bedrock's own needs no line.
     */
    Optional<List<BedrockModel>> models();

    /** What is not stable yet and may be asked for; Bedrock refuses a call with any other. */
    @WithDefault(
        "interleaved-thinking-2025-05-14,context-1m-2025-08-07,context-management-2025-06-27,"
            + "effort-2025-11-24,tool-search-tool-2025-10-19,tool-examples-2025-10-29")
    List<String> betas();
  }

  /**
   * @param name as agents have it
   * @param id as Bedrock has it
   */
  record BedrockModel(String name, String id) {
    /** From {@code MODEL=ID}; this is how the configuration reads it. */
    public static BedrockModel of(String text) {
      int equals = text.indexOf('=');
      String id = text.substring(equals + 1).strip();
      if (equals < 1 || !(id.contains("anthropic.") || id.startsWith("arn:"))) {
        throw new IllegalArgumentException(
            "'%s' is not a model, '=' and Bedrock's id of one of Anthropic's".formatted(text));
      }
      return new BedrockModel(text.substring(0, equals).strip(), id);
    }
  }

  /** An API in the form of OpenAI's: LM Studio, Ollama, vLLM and others. */
  interface OpenAi {
    /** Where it is, with its version, e.g. {@code http://127.0.0.1:1234/v1}. */
    @WithDefault("${OPENAI_BASE_URL:}")
    Optional<URI> baseUrl();

    /** The key, sent as a bearer token where there is one. */
    @WithDefault("${OPENAI_API_KEY:}")
    Optional<String> key();
  }

  /** How much may be spent on models, in US dollars. */
  interface Budgets {
    /** By one execution, over all its runs. */
    @WithDefault("20")
    Optional<BigDecimal> session();

    /** By one user in a calendar month (UTC). */
    @WithDefault("100")
    Optional<BigDecimal> user();

    /** By one tenant in a calendar month (UTC). */
    @WithDefault("500")
    Optional<BigDecimal> tenant();
  }
}
