"""Web hooks in words."""

from models import HookKind, HookTopic
from studio.wording.language import lazy_gettext

KINDS = {
    HookKind.WECOM: lazy_gettext("WeCom group robot"),
    HookKind.DINGTALK: lazy_gettext("DingTalk group robot"),
    HookKind.FEISHU: lazy_gettext("Feishu group robot"),
    HookKind.SIGNED: lazy_gettext("A program (signed JSON)"),
}

TOPICS = {
    HookTopic.FILED: lazy_gettext("A proposal is filed"),
    HookTopic.ROUTED: lazy_gettext("It goes to a studio"),
    HookTopic.DECIDED: lazy_gettext("It is decided"),
    HookTopic.PUT_TO_USE: lazy_gettext("It is put to use"),
    HookTopic.VERIFIED: lazy_gettext("It is checked on site"),
    HookTopic.LATE: lazy_gettext("An answer is late"),
    HookTopic.ISSUE: lazy_gettext("The monthly digest is out"),
}


def hook_kind_name(kind: HookKind) -> str:
    """Return who listens at the other end."""
    return str(KINDS[kind])


def hook_topic_name(topic: HookTopic) -> str:
    """Return what a hook may tell of."""
    return str(TOPICS[topic])
