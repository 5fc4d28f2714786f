"""What the API reads of somebody who means to stay among others: the place, the stay, and what is otherwise."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, WithJsonSchema

from dashboard.answers import InfectionQuestion
from dashboard.api.reading import Asked, Moment, Number, SnapshotName
from risk_core.errors import Fault, InputError
from risk_core.state.activity import RANGES, ROOM_RANGES, Distance, Mask, Voice
from risk_core.state.activity_presets import CROWD_RATIO_RANGE, PRESETS, StayChanges

NAMES: Final = {
    "stay_min": "minutes",
    "own_mask": "mask",
    "air_changes_per_h": "ach",
    "distance": "distance_m",
}
"""What a reader calls an attribute of a stay."""
MAX_DISTANCE_M: Final = 100.0


def _known_preset(name: str) -> str:
    if name not in PRESETS:
        raise ValueError("no preset")
    return name


PresetName = Annotated[
    str,
    AfterValidator(_known_preset),
    WithJsonSchema({"type": "string", "enum": list(PRESETS), "description": "a usual stay to start from"}),
]
Minutes = Field(ge=1.0, le=RANGES["stay_min"][1], description="length of the stay")
Metres = Field(
    ge=0.0,
    le=MAX_DISTANCE_M,
    description="to the people near; counts as the nearest of 0, 0.1, 0.5, 2 and 3 m that is not farther",
)
Changes = Field(
    ge=ROOM_RANGES["air_changes_per_h"][0],
    le=ROOM_RANGES["air_changes_per_h"][1],
    description="air changes an hour of the room; one of ach and co2_ppm, neither outdoors",
)
Co2 = Field(
    ge=ROOM_RANGES["co2_ppm"][0],
    le=ROOM_RANGES["co2_ppm"][1],
    description="carbon dioxide measured in the room once it is steady, ppm",
)
Ratio = Field(
    ge=CROWD_RATIO_RANGE[0], le=CROWD_RATIO_RANGE[1], description="others there, of the usual number of the preset"
)
Finite = Field(allow_inf_nan=False)
OwnMask = Annotated[Mask, Field(description="what one wears oneself")]
OtherMasks = Annotated[Mask, Field(description="what the others wear")]
Loudness = Annotated[Voice, Field(description="how loud the others are")]


class Stay(Asked):
    """What may be otherwise than in the preset; left out it is as usual there."""

    preset: PresetName
    mask: OwnMask | None = None
    other_masks: OtherMasks | None = None
    voice: Loudness | None = None
    t: Moment | None = None
    v: SnapshotName | None = None


class StayQuery(Stay):
    """Address of /v1/advice/infection."""

    lat: Annotated[float, Finite, Field(description="latitude, degrees")]
    lon: Annotated[float, Finite, Field(description="longitude, degrees")]
    minutes: Annotated[float, Finite, Minutes] | None = None
    distance_m: Annotated[float, Finite, Metres] | None = None
    crowd_ratio: Annotated[float, Finite, Ratio] = 1.0
    ach: Annotated[float, Finite, Changes] | None = None
    co2_ppm: Annotated[float, Finite, Co2] | None = None


class StayRequest(Stay):
    """Body of /v1/advice/infection: the same question, kept out of the address."""

    lat: Annotated[Number, Field(description="latitude, degrees")]
    lon: Annotated[Number, Field(description="longitude, degrees")]
    minutes: Annotated[Number, Minutes] | None = None
    distance_m: Annotated[Number, Metres] | None = None
    crowd_ratio: Annotated[Number, Ratio] = 1.0
    ach: Annotated[Number, Changes] | None = None
    co2_ppm: Annotated[Number, Co2] | None = None


def to_infection_question(asked: StayQuery | StayRequest, area_id: str, step: int | None) -> InfectionQuestion:
    """Question of a model."""
    changes = StayChanges(
        stay_min=asked.minutes,
        own_mask=asked.mask,
        other_masks=asked.other_masks,
        distance=None if asked.distance_m is None else Distance.from_m(asked.distance_m),
        voice=asked.voice,
        air_changes_per_h=asked.ach,
        co2_ppm=asked.co2_ppm,
        crowd_ratio=asked.crowd_ratio,
    )
    return InfectionQuestion(area_id, asked.lat, asked.lon, asked.preset, changes, step)


def in_readers_names(error: InputError) -> InputError:
    """Give the same error with every fault under the name a reader writes."""
    faults = [
        Fault(
            NAMES.get(fault.argument, fault.argument),
            fault.value,
            fault.wanted.replace("air_changes_per_h", "ach"),
            fault.remedy.replace("air_changes_per_h", "ach"),
            fault.place,
        )
        for fault in error.faults
    ]
    return type(error)(*faults)
