"""What one writes, and what one asks for once more."""

from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, expect

from tests.states import words
from tests.states.stage import Stage, State

LARGE, SMALL = (480, 320), (320, 480)


def draft(stage: Stage) -> None:
    stage.visitor.open()
    stage.visitor.message.fill(
        "First, what I know already:\n\n- it is by the water\n- it has three towers\n\nSo what else?"
    )


def settings_open(stage: Stage) -> None:
    stage.open_conversation()
    stage.visitor.page.get_by_text("Settings", exact=True).click()
    stage.visitor.page.get_by_label("Instructions").fill("Answer briefly, with an example.")


def images_in_the_composer(stage: Stage) -> None:
    stage.visitor.open()
    pictures = [evening(LARGE, "evening.png"), evening(SMALL, "tower.png")]
    stage.visitor.page.locator("[type=file]").set_input_files(pictures)
    expect(stage.visitor.page.locator(".image__picture")).to_have_count(len(pictures))
    stage.visitor.page.get_by_label("Alternative text").first.fill("A sunset over hills")
    stage.visitor.message.fill("What time of day is it?")


def images_in_a_question(stage: Stage) -> None:
    images_in_the_composer(stage)
    stage.upstream.says("It is evening: the sun stands just above the hills.", usage=(812, 24))
    stage.visitor.send.click()
    stage.visitor.wait_for_answer()
    expect(stage.visitor.messages.first.get_by_role("img").last).to_be_visible()


def edit_in_place(stage: Stage) -> None:
    stage.open_conversation()
    stage.visitor.messages.first.hover()
    stage.visitor.messages.first.get_by_role("link", name="Edit").click()
    expect(stage.visitor.page.get_by_label("Edit question")).to_be_focused()


def versions(stage: Stage) -> None:
    stage.have_answered(words.QUESTION, words.SHORT)
    stage.upstream.says("A second try, with other words.")
    stage.press("Regenerate")
    expect(stage.visitor.log.get_by_text("Version 2 of 2")).to_be_attached()
    stage.visitor.wait_for_answer()


def more_to_do(stage: Stage) -> None:
    stage.open_conversation()
    stage.visitor.answers.last.hover()
    stage.visitor.answers.last.get_by_role("button", name="More").click()
    expect(stage.visitor.page.get_by_role("link", name="What the model saw")).to_be_visible()


def another_model(stage: Stage) -> None:
    stage.open_conversation()
    stage.visitor.answers.last.hover()
    stage.visitor.answers.last.get_by_role("button", name="More").click()
    stage.follow("Regenerate with another model")
    expect(stage.visitor.log.get_by_label("Model")).to_be_visible()


def allowance_nearly_spent(stage: Stage) -> None:
    stage.open_conversation()
    with stage.site.having_spent(0.88):
        stage.visitor.page.reload()
    expect(stage.visitor.page.get_by_text("About 12% of today's allowance is left")).to_be_visible()


def allowance_spent(stage: Stage) -> None:
    stage.open_conversation()
    with stage.site.having_spent(1):
        stage.visitor.page.reload()
    expect(stage.visitor.page.get_by_role("link", name="Deploy your own")).to_be_visible()


def refused_for_the_allowance(stage: Stage) -> None:
    stage.visitor.open()
    with stage.site.having_spent(1):
        stage.say("What else is there to see?")
        expect(stage.visitor.alert).to_contain_text("used up")
    expect(stage.visitor.message).to_have_value("What else is there to see?")


def evening(size: tuple[int, int], name: str) -> FilePayload:
    """A picture to ask about: a low sun over two hills."""
    image = Image.new("RGB", LARGE, "#f3c9a5")
    draw = ImageDraw.Draw(image)
    draw.ellipse((190, 110, 290, 210), fill="#f08a4b")
    draw.ellipse((-160, 190, 320, 560), fill="#6b5b95")
    draw.ellipse((160, 220, 680, 600), fill="#4a3f6b")
    file = BytesIO()
    image.resize(size).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


COMPOSING: tuple[State, ...] = (
    *(draft, settings_open, images_in_the_composer, images_in_a_question),
    *(edit_in_place, versions, more_to_do, another_model),
    *(allowance_nearly_spent, allowance_spent, refused_for_the_allowance),
)
