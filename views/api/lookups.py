"""What programs look up: whose token it is, and the codes of kinds, themes, studios and units."""

from studio.domain.api_tokens import Scope
from studio.queries import administration, catalogue
from studio.wording.language import spoken
from studio.wording.names import name_of
from views.access import by_token, database, me
from views.api.area import Area
from views.api.schemas import KindSchema, MeSchema, StudioSchema, ThemeSchema, UnitSchema, listed
from views.api.told import Told, coded, moment
from views.bearer import token_in_use

blueprint = Area("api_lookups", __name__, heading="Lookups")


@blueprint.route("/me")
@by_token(Scope.READ)
@blueprint.refuses()
@blueprint.response(200, MeSchema, description="Who, and what the token may do.")
def who() -> Told:
    """Say who the token acts for, and what it may do."""
    owner, token = me(), token_in_use()
    facts = {"name": token.name, "scopes": token.scopes, "expires_at": moment(token.expires_at)}
    return {"employee_no": owner.employee_no, "name": name_of(owner), "unit": coded(owner.unit), "token": facts}


@blueprint.route("/kinds")
@by_token(Scope.READ)
@blueprint.refuses()
@blueprint.response(200, listed(KindSchema, "Kinds"), description="Kinds that can be chosen.")
def kinds() -> Told:
    """List the kinds of proposals."""
    glossed = "gloss_zh" if spoken().chinese else "gloss_en"
    return {"items": [{**coded(kind), "gloss": getattr(kind, glossed)} for kind in catalogue.kinds(database())]}


@blueprint.route("/themes")
@by_token(Scope.READ)
@blueprint.refuses()
@blueprint.response(200, listed(ThemeSchema, "Themes"), description="Themes that can be chosen.")
def themes() -> Told:
    """List what a proposal can improve."""
    return {"items": [{**coded(theme), "urgent": theme.urgent} for theme in catalogue.themes(database())]}


@blueprint.route("/studios")
@by_token(Scope.READ)
@blueprint.refuses()
@blueprint.response(200, listed(StudioSchema, "Studios"), description="All studios, by code.")
def studios() -> Told:
    """List the innovation studios."""
    return {
        "items": [
            {**coded(one), "kind": one.kind, "level": one.level, "unit": one.unit.code, "active": one.active}
            for one in administration.studios(database())
        ]
    }


@blueprint.route("/units")
@by_token(Scope.READ)
@blueprint.refuses()
@blueprint.response(200, listed(UnitSchema, "Units"), description="All units, each after the one above it.")
def units() -> Told:
    """List the parts of the firm."""
    known = administration.units(database())
    codes = {unit.id: unit.code for unit in known}
    return {
        "items": [
            {**coded(unit), "level": unit.level, "parent": codes[unit.parent_id] if unit.parent_id else None}
            for unit in known
        ]
    }
