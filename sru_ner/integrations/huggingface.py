"""Registers trained models with transformers, which knows them once this module is imported.

    import sru_ner.integrations.huggingface
    from transformers import AutoModel, pipeline

    ner = pipeline("sru-ner", model="models/demo/together_dynamic")
    ner("Aspirin relieves headache.")  # [{"entity_group": "Chemical", "score": …, …}, …]
    model = AutoModel.from_pretrained("models/demo/together_dynamic")

The task `token-classification` cannot return nested mentions. So there is a task of its own, whose
answers have the same form.
"""

from collections.abc import Mapping, Sequence, Sized
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import GeneratorType
from typing import Any, cast

from torch.utils.data import Dataset
from transformers import AutoConfig, AutoModel, Pipeline, PreTrainedTokenizerBase
from transformers.pipelines import PIPELINE_REGISTRY
from transformers.utils.generic import ModelOutput

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import write_json
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.model_reference import experiment_of, model_folder
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.inference.texts import checked_one_text, checked_texts, is_missing
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.modeling import SruNerModel

TASK = "sru-ner"
"""Name of the task in transformers."""
OPTIONS = ("types", "threshold", "overlaps", "style")
"""Options of `Annotator.annotate` that the pipeline takes, too."""


class SruNerPipeline(Pipeline):
    """Pipeline of transformers that finds mentions in texts, nested mentions included.

    `pipeline(TASK, model=…)` and its calls take `types`, `threshold`, `overlaps` and `style` as
    `Annotator.annotate` does. `batch_size` is a number of texts, which may have any length.
    """

    _load_tokenizer = True  # type: ignore[assignment]
    _load_processor = False  # type: ignore[assignment]
    _load_image_processor = False  # type: ignore[assignment]
    _load_feature_extractor = False  # type: ignore[assignment]

    def _sanitize_parameters(
        self, **options: Any
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        for name in options:
            if name not in OPTIONS:
                raise UnknownNameError("option", name, OPTIONS)
        return {}, options, {}

    def __call__(self, inputs: Any, *args: Any, **options: Any) -> Any:
        """Return the mentions of one text, or those of each of several texts, in their order.

        inputs: a string, or an iterable of strings, which may be endless. Raises `InputError` for
        anything else, such as None or a table, and for an entry that is not a string.
        """
        if isinstance(inputs, (str, bytes)) or is_missing(inputs):
            inputs = checked_one_text(inputs)
        elif not isinstance(checked_texts(inputs), (list, Dataset, GeneratorType)):
            # transformers would take any other collection, such as a tuple, for one text.
            texts = (text for text in inputs)
            inputs = list(texts) if isinstance(inputs, Sized) else texts
        return super().__call__(inputs, *args, **options)

    def preprocess(self, input_: str, **_: Any) -> dict[str, Any]:
        """Pass the text on; the annotator splits it on its own."""
        return {"text": checked_one_text(input_)}

    def save_pretrained(self, save_directory: str | PathLike[str], **options: Any) -> None:
        """Save the model, its tokenizer and the name of its experiment into a folder.

        `pipeline(TASK, model=…)` and `Annotator.load` load it. No program code is saved: the folder
        of a pipeline with code cannot be loaded without trust in it. options: those of
        `PreTrainedModel.save_pretrained`.
        """
        self.model.save_pretrained(save_directory, **options)
        cast("PreTrainedTokenizerBase", self.tokenizer).save_pretrained(save_directory)
        if self.annotator.experiment:
            facts = {"experiment": self.annotator.experiment}
            write_json(Path(save_directory, "training.json"), facts)

    @cached_property
    def annotator(self) -> Annotator:
        """The model as an annotator, with the experiment that its folder names."""
        name = self.model.name_or_path
        try:
            folder = model_folder(name) if name else None
        except InputError:  # the folder was removed
            folder = None
        return Annotator(
            cast("SruNerModel", self.model),
            cast("PreTrainedTokenizerBase", self.tokenizer),
            experiment=experiment_of(folder) if folder else None,
        )

    def _forward(self, input_tensors: Mapping[str, Any], **options: Any) -> ModelOutput:
        text = input_tensors["text"]  # one text, or the texts of a batch
        if isinstance(text, str):
            return ModelOutput(spans=self.annotator(text, **options))
        return ModelOutput(spans=list(self.annotator.annotate(text, **options)))

    def postprocess(self, model_outputs: ModelOutput, **_: Any) -> list[dict[str, Any]]:
        """Return the mentions of one text in the form of transformers' aggregated entities.

        Each also has the `labels` of an `AnnotatedSpan`.
        """
        spans: Sequence[AnnotatedSpan] = model_outputs["spans"]
        return [
            {
                "entity_group": span.type,
                "score": span.score,
                "word": span.text,
                "start": span.start,
                "end": span.end,
                "labels": list(span.labels),
            }
            for span in spans
        ]


AutoConfig.register(SruNerConfig.model_type, SruNerConfig, exist_ok=True)
AutoModel.register(SruNerConfig, SruNerModel, exist_ok=True)
PIPELINE_REGISTRY.register_pipeline(TASK, pipeline_class=SruNerPipeline, pt_model=AutoModel)
