"""Trained models behind transformers' own names: import this module, and they are known there.

    import sru_ner.integrations.huggingface
    from transformers import AutoModel, pipeline

    ner = pipeline("sru-ner", model="models/demo/together_dynamic")
    ner("Aspirin relieves headache.")  # [{"entity_group": "Chemical", "score": …, …}, …]
    model = AutoModel.from_pretrained("models/demo/together_dynamic")

Mentions may nest, which `token-classification` cannot give: hence a task of its own, whose answers
have the same form.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from transformers import AutoConfig, AutoModel, Pipeline
from transformers.pipelines import PIPELINE_REGISTRY

from sru_ner.inference.annotator import AnnotatedSpan, Annotator
from sru_ner.inference.selection import Threshold
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.modeling import SruNerModel

TASK = "sru-ner"


class SruNerPipeline(Pipeline):
    """Texts in, mentions out, nested ones included.

    `pipeline(TASK, model=…)` and its calls take `types`, `threshold` and `flat` as
    `Annotator.annotate` does. The `batch_size` is of texts, which may be of any length.
    """

    _load_tokenizer = True
    _load_processor = False
    _load_image_processor = False
    _load_feature_extractor = False

    def _sanitize_parameters(
        self,
        *,
        types: Iterable[str] | None = None,
        threshold: Threshold | None = None,
        flat: bool | None = None,
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        given = {"types": types, "threshold": threshold, "flat": flat}
        return {}, {name: value for name, value in given.items() if value is not None}, {}

    def preprocess(self, text: str) -> dict[str, Any]:
        """Texts need none: the annotator splits them itself."""
        return {"text": text}

    def _forward(self, inputs: dict[str, Any], **options: Any) -> dict[str, Any]:
        annotator = Annotator(self.model, self.tokenizer)
        text = inputs["text"]
        if isinstance(text, str):
            return {"spans": annotator(text, **options)}
        return {"spans": list(annotator.annotate(text, **options))}

    def postprocess(self, outputs: dict[str, Any]) -> list[dict[str, Any]]:
        """The mentions of one text in the form of transformers' aggregated entities."""
        spans: Sequence[AnnotatedSpan] = outputs["spans"]
        return [
            {
                "entity_group": span.type,
                "score": span.score,
                "word": span.text,
                "start": span.start,
                "end": span.end,
            }
            for span in spans
        ]


AutoConfig.register(SruNerConfig.model_type, SruNerConfig, exist_ok=True)
AutoModel.register(SruNerConfig, SruNerModel, exist_ok=True)
PIPELINE_REGISTRY.register_pipeline(TASK, pipeline_class=SruNerPipeline, pt_model=AutoModel)
