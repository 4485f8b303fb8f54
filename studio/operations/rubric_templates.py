"""The rubrics that come with the program. Each becomes a row that a firm chooses for its kinds, changes or retires.

The general sheet scores by the four criteria by which the national policy wants skill judged and stresses the real
effect; the two sheets of points are those of firms' written rules, the last one is how kaizen is judged on the spot.
"""

from collections.abc import Mapping
from decimal import Decimal

from studio.domain.rubrics import CriterionDraft, LevelDraft, RubricDraft

Levels = Mapping[int, tuple[str, str]]

DEFAULT_CODE = "policy"
"""What everything is scored by until a firm chooses."""


def _criterion(
    code: str, names: tuple[str, str], hints: tuple[str, str], levels: Levels, weight: int
) -> CriterionDraft:
    return _on_scale(code, names, hints, levels, weight=weight)


def _points(code: str, names: tuple[str, str], hints: tuple[str, str], levels: Levels, most: int) -> CriterionDraft:
    """Return a criterion that weighs as much as it has points, so that the points add up."""
    return _on_scale(code, names, hints, levels, weight=most, highest=most)


def _step(code: str, names: tuple[str, str], hints: tuple[str, str], levels: Levels) -> CriterionDraft:
    return _on_scale(code, names, hints, levels, weight=1, lowest=1, highest=5)


def _on_scale(
    code: str,
    names: tuple[str, str],
    hints: tuple[str, str],
    levels: Levels,
    *,
    weight: int,
    lowest: int = 0,
    highest: int = 100,
) -> CriterionDraft:
    return CriterionDraft(
        *names,
        weight=Decimal(weight),
        lowest=lowest,
        highest=highest,
        hint_zh=hints[0],
        hint_en=hints[1],
        levels=tuple(LevelDraft(at, *texts) for at, texts in levels.items()),
        code=code,
    )


GENERAL = RubricDraft(
    "通用评分表",
    "General sheet",
    (
        _criterion(
            "innovation",
            ("创新能力", "Innovation"),
            ("办法新不新？", "How new is it?"),
            {
                0: ("本来就该这么做", "How it should be done anyway"),
                60: ("照别处的办法改", "Taken over from elsewhere"),
                80: ("这里头一回这么做", "First of its kind here"),
                90: ("别处也没见过", "Not seen elsewhere either"),
            },
            25,
        ),
        _criterion(
            "quality",
            ("质量", "Quality"),
            ("办法靠不靠谱，写得清不清楚？", "Is the solution sound and clearly described?"),
            {
                0: ("看不出要做什么", "One cannot tell what to do"),
                60: ("说清了做什么", "Says what to do"),
                80: ("照着就能做", "Can be made from it"),
                90: ("有数据、有图，风险也想到了", "With figures, drawings and the risks thought of"),
            },
            20,
        ),
        _criterion(
            "effect",
            ("实效", "Real effect"),
            ("好处有多大，看得见吗？", "How large is the gain, and can it be seen?"),
            {
                0: ("看不出好处", "No gain to be seen"),
                60: ("会好一点", "Somewhat better"),
                80: ("好处量得出来", "The gain can be measured"),
                90: ("已经见效，账也算得清", "Seen already, and the sums hold"),
            },
            35,
        ),
        _criterion(
            "contribution",
            ("贡献", "Contribution"),
            ("别人用得上吗？", "Is it of use to others?"),
            {
                0: ("只管这一回", "For this once only"),
                60: ("本岗位用得上", "Of use at this post"),
                80: ("全车间用得上", "Of use in the whole workshop"),
                90: ("别的厂也能用", "Of use in other plants too"),
            },
            20,
        ),
    ),
)

RATIONALISATION = RubricDraft(
    "合理化建议评分表",
    "Rationalisation sheet",
    (
        _points(
            "technical_level",
            ("技术水平", "Technical level"),
            ("和别处比，技术上走到哪一步？", "How far is it, compared with others?"),
            {
                0: ("普通做法", "Common practice"),
                10: ("车间里算先进", "Ahead in the workshop"),
                18: ("全公司算先进", "Ahead in the company"),
                25: ("同行里算先进", "Ahead in the trade"),
            },
            30,
        ),
        _points(
            "economic_benefit",
            ("经济效益", "Economic benefit"),
            ("一年净省多少钱？", "How much does it save in a year, net?"),
            {
                0: ("算不出钱", "Nothing that can be counted"),
                10: ("不到 10 万元", "Below 100,000 yuan"),
                15: ("10 万到 50 万元", "100,000 to 500,000 yuan"),
                26: ("50 万元以上", "500,000 yuan or more"),
            },
            30,
        ),
        _points(
            "reach",
            ("应用范围", "Range of use"),
            ("多大范围用得上？", "How widely can it be used?"),
            {
                0: ("一台设备", "One machine"),
                8: ("本车间", "The workshop"),
                13: ("全公司", "The company"),
                18: ("整个行业", "The whole trade"),
            },
            20,
        ),
        _points(
            "practicality",
            ("实用性", "Practical use"),
            ("拿来就能用吗？", "Can it be used as it is?"),
            {
                0: ("条件还不具备", "Conditions are missing"),
                8: ("改一改能用", "With some changes"),
                13: ("照着就能用", "As it is"),
                18: ("已经用上，稳当", "In use already, and steady"),
            },
            20,
        ),
    ),
)

PROPOSAL_SHEET = RubricDraft(
    "提案评分表",
    "Proposal sheet",
    (
        _points(
            "economic_benefit",
            ("经济效益", "Economic benefit"),
            ("一年能省多少，怎么算出来的？", "How much a year, and how was it worked out?"),
            {
                0: ("算不出", "Cannot be counted"),
                15: ("有一点，大概估的", "Some, roughly estimated"),
                30: ("不少，有账可查", "A good deal, with sums to look at"),
                45: ("很多，财务认可", "A great deal, agreed by finance"),
            },
            50,
        ),
        _points(
            "completeness",
            ("完整性", "Completeness"),
            ("问题、办法、效果都写全了吗？", "Are problem, measure and effect all there?"),
            {
                0: ("只提了问题", "The problem only"),
                5: ("三样都有", "All three"),
                8: ("还有图、有数据", "With drawings and figures"),
            },
            10,
        ),
        _points(
            "creativity",
            ("创造性", "Creativity"),
            ("是自己想出来的吗？", "Is it an idea of one's own?"),
            {
                0: ("照搬", "Copied"),
                5: ("借鉴后改过", "Adapted"),
                8: ("自己的新办法", "New and one's own"),
            },
            10,
        ),
        _points(
            "reach",
            ("应用范围", "Range of use"),
            ("多大范围用得上？", "How widely can it be used?"),
            {
                0: ("本岗位", "This post"),
                5: ("本车间", "The workshop"),
                8: ("别的厂也行", "Other plants too"),
            },
            10,
        ),
        _points(
            "study",
            ("观察研究", "Observation and study"),
            ("下了多少功夫去看、去量、去试？", "How much was watched, measured and tried?"),
            {
                0: ("凭感觉", "A feeling"),
                5: ("到现场看过、量过", "Watched and measured on the spot"),
                8: ("反复试过、比过", "Tried and compared again and again"),
            },
            10,
        ),
        _points(
            "cost",
            ("改善成本", "Cost of the change"),
            ("花钱多不多？花得越少分越高", "What does it cost? The less, the higher the score"),
            {
                0: ("要专门立项", "Needs a project of its own"),
                5: ("车间自己花得起", "The workshop can pay for it"),
                8: ("几乎不花钱", "Costs next to nothing"),
            },
            10,
        ),
    ),
)

KAIZEN = RubricDraft(
    "现场改善评分表",
    "Kaizen sheet",
    (
        _step(
            "problem",
            ("找准问题", "Theme and problem"),
            ("改的是不是真问题？", "Is it a real problem?"),
            {
                1: ("说得笼统", "Vague"),
                3: ("说清了在哪儿、多严重", "Says where, and how bad"),
                5: ("对准了车间的大难题", "Goes for what hurts the workshop most"),
            },
        ),
        _step(
            "data",
            ("数据", "Data"),
            ("有数吗？", "Are there figures?"),
            {
                1: ("没有数", "None"),
                3: ("改前改后都量过", "Measured before and after"),
                5: ("连着量，看得出趋势", "Measured on and on, the trend is plain"),
            },
        ),
        _step(
            "root_cause",
            ("找到根子", "Root cause"),
            ("问到底了吗？", "Did they ask why to the end?"),
            {
                1: ("只治表面", "Treats the surface"),
                3: ("找到了主要原因", "Found the main cause"),
                5: ("根子挖出来，也验证了", "Found the root and proved it"),
            },
        ),
        _step(
            "novelty",
            ("新意", "Novelty"),
            ("办法巧不巧？", "How clever is it?"),
            {
                1: ("常见办法", "The usual way"),
                3: ("动了脑筋", "Well thought out"),
                5: ("别人想不到", "Nobody else would have thought of it"),
            },
        ),
        _step(
            "benefits",
            ("好处", "Benefits"),
            ("安全、质量、省力、省钱，哪样见好？", "Safety, quality, effort, money: what is better?"),
            {
                1: ("刚看得出", "Just to be seen"),
                3: ("大家都感觉到了", "Everybody feels it"),
                5: ("指标明显变好", "The figures are clearly better"),
            },
        ),
        _step(
            "standardisation",
            ("标准化和推广", "Standard and roll-out"),
            ("能不能守住、传开？", "Will it stay, and spread?"),
            {
                1: ("还在自己手里", "With its author only"),
                3: ("写进了作业标准", "Written into the work standard"),
                5: ("别的班组也用上了", "Other teams use it too"),
            },
        ),
    ),
)

TEMPLATES: Mapping[str, RubricDraft] = {
    DEFAULT_CODE: GENERAL,
    "rationalisation": RATIONALISATION,
    "proposal_sheet": PROPOSAL_SHEET,
    "kaizen": KAIZEN,
}
"""By code, in the order in which an administrator reads them."""
