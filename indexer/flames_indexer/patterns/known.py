"""The roles that have a name in most repositories, as data.

What a repository has beyond them is found by what definitions share (`groups`).
"""

import re
from dataclasses import dataclass
from re import Pattern

from flames_indexer.patterns.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Rule:
    """All that is given must match; a definition has a role when one of the role's rules does.

    Of `decorator`, `base` and `handed` any one of a definition's must match. `place` is its path.
    """

    decorator: Pattern[str] | None = None
    base: Pattern[str] | None = None
    handed: Pattern[str] | None = None
    first: tuple[str, ...] = ()  # names its first parameter may have
    second: tuple[str, ...] = ()
    place: Pattern[str] | None = None
    name: Pattern[str] | None = None
    form: str = ""  # "class", "function" (no method), "method"; "" any

    @property
    def is_plain(self) -> bool:
        """Whether what is not decorated, has no base and is handed to nobody may match it."""
        return self.decorator is None and self.base is None and self.handed is None

    def matches(self, one: Candidate) -> bool:
        """Whether the definition shows it. Asked of all: what is cheap to deny goes first."""
        return (
            _any(self.decorator, one.decorators)
            and _any(self.base, one.bases)
            and _any(self.handed, one.handed)
            and (not self.form or self.form == form_of(one))
            and (not self.first or (one.first[:1] != () and one.first[0] in self.first))
            and (not self.second or (one.first[1:] != () and one.first[1] in self.second))
            and (self.name is None or self.name.search(one.name) is not None)
            and (self.place is None or self.place.search(one.path) is not None)
        )


@dataclass(frozen=True, slots=True)
class KnownRole:
    """`words`: what else people call it. `tests`: its members are in test files."""

    name: str
    words: tuple[str, ...]
    rules: tuple[Rule, ...]
    tests: bool = False


def form_of(one: Candidate) -> str:
    """`class`, `method`, or `function`, which may be in another one."""
    if one.is_class:
        return "class"
    return "method" if one.is_method else "function"


def _any(pattern: Pattern[str] | None, texts: tuple[str, ...]) -> bool:
    if pattern is None:
        return True
    for text in texts:  # noqa: SIM110 (hot)
        if pattern.search(text):
            return True
    return False


def _re(text: str) -> Pattern[str]:
    return re.compile(text)


def _is(*names: str) -> Pattern[str]:
    """The last name of a dotted one."""
    return re.compile(rf"(^|[.:])({'|'.join(names)})$")


def _ends(*names: str) -> Pattern[str]:
    return re.compile(rf"({'|'.join(names)})$")


def _on(receivers: str, *methods: str) -> Pattern[str]:
    return re.compile(rf"(^|\.)({receivers})\.({'|'.join(methods)})$")


def _in(*folders: str) -> Pattern[str]:
    """Paths with a folder or file of one of the names."""
    return re.compile(rf"(^|[/.\-_])({'|'.join(folders)})([/.]|$)")


_JSX = _re(r"\.[jt]sx$")
_PYTHON = _re(r"\.py$")
_SCRIPT = _re(r"\.[cm]?[jt]sx?$")
_NO_MIDDLEWARE = _re(r"^(?!.*[mM]iddleware).*\.[cm]?[jt]sx?$")
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_ROUTERS = r"app|api|server|fastify|routes?|\w*[rR]outer"

_WEB = (
    KnownRole(
        "HTTP handler",
        ("view", "endpoint", "route", "request handler", "web handler", "page handler"),
        (
            Rule(decorator=_is("route", "api_view", "api_route", "view_config", "websocket")),
            Rule(decorator=_is("require_http_methods", "require_GET", "require_POST")),
            Rule(decorator=_on(r"[\w.]+", *VERBS, "websocket_route")),
            Rule(decorator=_re(r"^(Get|Post|Put|Patch|Delete|All|Head|Options)$"), form="method"),
            Rule(base=_ends("View", "ViewSet", "RequestHandler", "HTTPEndpoint"), form="class"),
            Rule(base=_is("Resource"), place=_in("resources?", "api", "views?"), form="class"),
            Rule(handed=_on(_ROUTERS, *VERBS, "all", "route")),
            Rule(
                first=("req", "request"),
                second=("res", "response", "reply"),
                place=_NO_MIDDLEWARE,
            ),
            Rule(
                first=("request",),
                place=_in("views?", "handlers?", "endpoints?", "routes?", "api"),
                form="function",
            ),
            Rule(name=_re(r"^(GET|POST|PUT|PATCH|DELETE)$"), place=_in("route")),
        ),
    ),
    KnownRole(
        "middleware",
        ("request middleware",),
        (
            Rule(base=_ends("Middleware", "MiddlewareMixin", "NestMiddleware"), form="class"),
            Rule(name=_ends("Middleware")),
            Rule(decorator=_is("middleware", "before_request", "after_request")),
            Rule(handed=_on(_ROUTERS, "use")),
            Rule(first=("ctx", "context"), second=("next",), place=_SCRIPT),
        ),
    ),
    KnownRole(
        "guard",
        ("access guard", "route guard"),
        (Rule(base=_is("CanActivate"), form="class"), Rule(base=_ends("Guard"), form="class")),
    ),
    KnownRole(
        "interceptor",
        ("request interceptor", "response interceptor"),
        (
            Rule(base=_ends("Interceptor"), form="class"),
            Rule(handed=_re(r"interceptors\.(request|response)\.use$")),
        ),
    ),
    KnownRole(
        "controller",
        ("api controller", "nest controller"),
        (
            Rule(decorator=_is("Controller", "JsonController", "RestController"), form="class"),
            Rule(name=_ends("Controller"), form="class"),
        ),
    ),
    KnownRole(
        "form",
        ("input form", "html form"),
        (Rule(base=_ends("Form", "FormSet"), form="class"),),
    ),
    KnownRole(
        "template tag or filter",
        ("template tag", "template filter", "jinja filter"),
        (
            Rule(decorator=_is("simple_tag", "inclusion_tag", "simple_block_tag", "tag")),
            Rule(decorator=_is("filter", "template_filter", "app_template_filter")),
        ),
    ),
    KnownRole(
        "admin class",
        ("admin", "model admin"),
        (Rule(base=_is("ModelAdmin", "AdminSite", "TabularInline", "StackedInline")),),
    ),
)
_DATA = (
    KnownRole(
        "model",
        ("entity", "table", "orm model", "database model", "domain model"),
        (
            Rule(base=_is("Model", "DeclarativeBase", "AbstractUser"), form="class"),
            Rule(base=_re(r"^([\w.]+\.)?Base$"), form="class"),  # what SQLAlchemy made, no class
            Rule(base=_re(r"^ext:.*\.(Document|EmbeddedDocument|SQLModel)$"), form="class"),
            Rule(decorator=_is("Entity", "Schema", "Table"), form="class"),
        ),
    ),
    KnownRole(
        "serializer or schema",
        ("serializer", "schema", "dto", "data transfer object", "pydantic model"),
        (
            Rule(base=_ends("Serializer", "Schema"), form="class"),
            Rule(base=_is("BaseModel"), form="class"),
            Rule(name=_ends("Dto", "DTO", "Serializer"), form="class"),
        ),
    ),
    KnownRole(
        "repository or DAO",
        ("repository", "dao", "data access", "manager", "queryset"),
        (
            Rule(name=_ends("Repository", "Dao", "DAO", "Repo"), form="class"),
            Rule(base=_ends("Repository", "QuerySet"), form="class"),
            Rule(base=_is("Manager"), form="class"),
        ),
    ),
    KnownRole(
        "migration",
        ("database migration", "schema migration"),
        (
            Rule(base=_ends("Migration", "MigrationInterface"), form="class"),
            Rule(name=_re("^(upgrade|up)$"), place=_in("migrations?", "versions"), form="function"),
        ),
    ),
)
_WORK = (
    KnownRole(
        "CLI command",
        ("command", "subcommand", "management command", "command line command", "script"),
        (
            Rule(decorator=_is("command", "group")),
            Rule(base=_ends("Command"), form="class"),
            Rule(handed=_re(r"command(\.\w+)*\.action$")),
        ),
    ),
    KnownRole(
        "background job",
        ("job", "task", "worker", "celery task", "queue consumer", "scheduled job", "cron job"),
        (
            Rule(decorator=_is("task", "shared_task", "periodic_task", "job", "actor", "cron")),
            Rule(decorator=_is("Cron", "Interval", "Process", "Processor")),
            Rule(base=_re(r"^ext:.*(Task|Job|Worker|WorkerHost)$"), form="class"),
            Rule(base=_ends("(Base|Abstract)(Task|Job)", "(Task|Job)Base"), form="class"),
        ),
    ),
    KnownRole(
        "event handler",
        ("signal handler", "signal receiver", "listener", "subscriber", "callback"),
        (
            Rule(decorator=_is("receiver", "on_event", "subscribe", "listens_for", "listener")),
            Rule(decorator=_is("OnEvent", "SubscribeMessage", "EventSubscriber", "event_handler")),
            Rule(handed=_is("connect", "addEventListener", "addListener", "subscribe")),
            Rule(handed=_on(r"[\w.]+", "on", "once", "events")),
        ),
    ),
    KnownRole(
        "plugin hook",
        ("plugin", "extension point", "hook registration"),
        (Rule(decorator=_re(r"(^|\.)(hooks\.register|hookimpl|hookspec|hook)$")),),
    ),
    KnownRole(
        "client wrapper",
        ("client", "api client", "http client", "sdk", "gateway"),
        (
            Rule(name=_ends("Client", "Gateway"), form="class"),
            Rule(base=_ends("Client", "Gateway"), form="class"),
        ),
    ),
    KnownRole(
        "service",
        ("injectable", "business service", "provider"),
        (
            Rule(name=_ends("Service"), form="class"),
            Rule(decorator=_is("Injectable"), place=_in("services?"), form="class"),
        ),
    ),
    KnownRole(
        "module definition",
        ("nest module", "module", "dependency injection module"),
        (Rule(decorator=_re(r"^(Module|NgModule)$"), form="class"),),
    ),
    KnownRole(
        "exception",
        ("error", "exception class", "custom error"),
        (Rule(base=_ends("Exception", "Error", "Warning"), form="class"),),
    ),
    KnownRole(
        "config",
        ("configuration", "settings", "app config"),
        (
            Rule(base=_is("AppConfig", "BaseSettings", "Config"), form="class"),
            Rule(handed=_is("registerAs", "defineConfig")),
            Rule(name=_ends("Config", "Settings"), place=_in("configs?", "settings", "conf")),
        ),
    ),
)
_PAGES = (
    KnownRole(
        "React component",
        ("component", "ui component", "jsx component", "view component"),
        (
            Rule(name=_re(r"^[A-Z][a-z0-9]"), place=_JSX, form="function"),
            Rule(base=_is("Component", "PureComponent"), place=_SCRIPT, form="class"),
        ),
    ),
    KnownRole(
        "hook",
        ("react hook", "custom hook", "composable"),
        (
            Rule(
                name=_re(r"^use(?!Factory$|Class$|Value$|Existing$)[A-Z]"),
                place=_SCRIPT,
                form="function",
            ),
        ),
    ),
    KnownRole(
        "reducer or store",
        ("reducer", "store", "slice", "redux store", "state"),
        (
            Rule(name=_ends("[rR]educer", "Slice", "Store"), place=_SCRIPT),
            Rule(handed=_is("createSlice", "createReducer", "createStore", "defineStore")),
            Rule(handed=_is("create"), place=_in("stores?", "slices?", "reducers?")),
        ),
    ),
)
_TESTS = (
    KnownRole(
        "test",
        ("test case", "unit test", "test function"),
        (
            Rule(name=_re("^test"), place=_PYTHON, form="function"),
            Rule(name=_re("^test"), place=_PYTHON, form="method"),
            Rule(handed=_re(r"(^|\.)(it|test)(\.\w+)?$"), form="function"),
        ),
        tests=True,
    ),
    KnownRole(
        "test suite",
        ("test class", "test case class", "suite"),
        (
            Rule(base=_ends("TestCase", "TestBase", "[Tt]ests?"), form="class"),
            Rule(name=_re("^[Tt]est"), form="class"),
            Rule(handed=_re(r"(^|\.)describe(\.\w+)?$"), form="function"),
        ),
        tests=True,
    ),
    KnownRole(
        "fixture",
        ("test fixture", "pytest fixture", "test setup"),
        (
            Rule(decorator=_is("fixture", "fixtures")),
            Rule(name=_re("^(setUp|setUpTestData|setUpClass)$"), form="method"),
            Rule(handed=_is("beforeEach", "beforeAll")),
        ),
        tests=True,
    ),
)
KNOWN = (*_WEB, *_DATA, *_WORK, *_PAGES, *_TESTS)
