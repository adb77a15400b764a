"""Items with context, hostile text, accents and Arabic, for tests of the page."""

from sru_ner.assessment.items import Item, Items, item_id, make_items

ATTACK = "</script><script>document.title = 'taken'</script>"


def an_item(text: str, mention: str, type_: str, *, before: str = "", after: str = "") -> Item:
    start = text.index(mention)
    end = start + len(mention)
    return Item(
        id=item_id(text, start, end, type_),
        document="d1",
        before=before,
        text=text,
        after=after,
        start=start,
        end=end,
        type=type_,
        shared=True,
        assessors=(1,),
    )


def some_items() -> Items:
    return make_items(
        [
            an_item(
                "𝛼-Synuclein was found in liver, skin and heart.",
                "liver",
                "Organ",
                before="We looked at two mice.",
                after="None was found in the lung.",
            ),
            an_item(f"<img src=x> & {ATTACK} e\u0301nd", "<img src=x>", "<b onclick='y'>"),
            an_item("وجدنا طفرة في الجين BRCA1 لدى المرضى.", "BRCA1", "Gene"),
            an_item("Aspirin helps against headache.", "Aspirin", "Gene"),
        ]
    )
