"""Arguments of the transformers Trainer for an experiment."""

from pathlib import Path

from transformers import TrainingArguments

from sru_ner.environment.device import torch_device
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.dev_scores import DEV_METRIC

_MAX_STEPS_PER_LOG = 500


def training_arguments(
    settings: ExperimentSettings, checkpoints: Path, *, bf16: bool
) -> TrainingArguments:
    """Return what the Trainer itself has to know; `SruNerTrainer` makes the batches.

    checkpoints: folder of the checkpoints. bf16: whether the encoder computes in bf16.
    """
    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=settings.epochs,
        max_grad_norm=settings.max_grad_norm,
        eval_strategy="epoch",
        save_strategy="epoch",
        # The best one, the last one, and the one before in case that the last one is damaged.
        save_total_limit=3,
        restore_callback_states_from_checkpoint=True,
        load_best_model_at_end=not settings.train_with_dev,
        metric_for_best_model=None if settings.train_with_dev else DEV_METRIC,
        greater_is_better=True,
        # The filter reads the loss of each step, and the host would wait for the device.
        logging_nan_inf_filter=False,
        bf16=bf16,
        use_cpu=torch_device().type == "cpu",
        seed=settings.seed,
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=torch_device().type == "cuda",
        # Every step uses all parameters, and no buffer changes.
        ddp_find_unused_parameters=False,
        ddp_broadcast_buffers=False,
    )
    # A process uses one GPU even if it sees several; for several, start it with torchrun.
    arguments._n_gpu = min(1, arguments.n_gpu)
    return arguments


def steps_per_log(epoch_steps: int) -> int:
    """Return the number of steps between two log entries: a tenth of an epoch, at most 500."""
    return max(1, min(epoch_steps // 10, _MAX_STEPS_PER_LOG))
