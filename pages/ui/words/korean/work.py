"""The frame of the dashboard and the pages that train and compare: sidebar, Train, Compare."""

WORK: dict[str, str] = {
    # Navigation and sidebar
    "Train and compare": "학습과 비교",
    "In class": "수업에서",
    "Start": "시작",
    "From the image to the classes: {shapes}": "이미지에서 클래스까지: {shapes}",
    "{count:,} parameter(s)": "파라미터 {count:,}개",
    "**Teach a net to name what is on these images.** It never sees them; it learns from {count:,} others.": (
        "**이 이미지에 무엇이 있는지 알아맞히도록 신경망을 가르쳐 보세요.** 신경망은 이 이미지를 보지 않고 다른 "
        "{count:,}장으로 배웁니다."
    ),
    "More settings": "설정 더 보기",
    "epoch {epoch} of {epochs} · step {step} of {steps}": "{epochs}에폭 중 {epoch} · {steps}단계 중 {step}",
    "epoch {epoch} · step {step} of {steps}": "{epoch}에폭 · {steps}단계 중 {step}",
    "**{accuracy}** of training images so far": "지금까지 훈련 이미지의 **{accuracy}** 맞힘",
    "**{accuracy}** of test images right": "테스트 이미지의 **{accuracy}** 맞힘",
    "**{accuracy}** of validation images right": "검증 이미지의 **{accuracy}** 맞힘",
    "From the end of the last whole epoch: one that was cut short begins again.": (
        "마지막으로 끝낸 에폭에서 이어 갑니다. 중간에 끊긴 에폭은 처음부터 다시 합니다."
    ),
    "Learn": "배우기",
    "Train": "학습",
    "Compare": "비교",
    "Predictions": "예측",
    "Photo": "사진",
    "Guess along": "같이 맞히기",
    "Classroom": "교실",
    "The ladder": "사다리",
    "Design a net": "신경망 설계",
    "Look inside": "안을 들여다보기",
    "Data": "데이터",
    "Training on the CPU": "CPU로 학습합니다",
    "Training on {device}": "{device}(으)로 학습합니다",
    "Waiting runs: {count}": "대기 중인 실험: {count}개",
    "{name} is done: {accuracy} of the test images right, in {time}": (
        "{name} 완료: 테스트 이미지의 {accuracy}를 맞혔습니다 ({time})"
    ),
    "{name} has begun to train.": "{name} 학습 시작",
    "{name} has ended: {reason}": "{name} 종료: {reason}",
    "Another server already trains for this runs folder. Runs that you start here wait for it; nothing is "
    "lost.": (
        "이 결과 폴더에서는 다른 서버가 이미 학습하고 있습니다. 여기서 시작한 실험은 그 서버를 기다립니다. "
        "사라지는 것은 없습니다."
    ),
    "The run that was looked at last has been deleted. This is another one.": (
        "마지막으로 보던 실험이 삭제되었습니다. 이것은 다른 실험입니다."
    ),
    # Shared
    "{hours} h {minutes} min": "{hours}시간 {minutes}분",
    "queued": "대기 중",
    "running": "학습 중",
    "completed": "완료",
    "stopped": "멈춤",
    "failed": "실패",
    "interrupted": "중단됨",
    "{seconds:.1f} s": "{seconds:.1f}초",
    "{seconds} s": "{seconds}초",
    "{minutes} min {seconds} s": "{minutes}분 {seconds}초",
    # People
    "Guest {number}": "게스트 {number}",
    "Your name": "이름",
    "Others see it beside your runs. This browser keeps it.": (
        "다른 사람에게는 내 실험 옆에 이 이름이 보입니다. 이름은 이 브라우저에 남습니다."
    ),
    # Train
    "Batch normalisation answers by running averages, which lag behind in the first steps: the net knows more "
    "than it says of the images below.": (
        "배치 정규화는 이동 평균으로 답하는데, 처음 몇 단계에서는 이 평균이 뒤처집니다. 신경망은 아래 이미지에 "
        "대한 답보다 더 많이 알고 있습니다."
    ),
    "Batch normalisation answers by running averages, which lag behind in the first steps: these know more "
    "than their places say: {names}.": (
        "배치 정규화는 이동 평균으로 답하는데, 처음 몇 단계에서는 이 평균이 뒤처집니다. 순위보다 더 많이 배운 "
        "신경망: {names}."
    ),
    "{count:,} training images: the recipe few suits so few.": "훈련 이미지가 {count:,}장입니다. 이렇게 적을 때는 few 레시피가 알맞습니다.",
    "Will be downloaded: {megabytes} MB.": "내려받을 크기: {megabytes} MB.",
    "Train my first net": "첫 신경망 학습하기",
    "Ready-made": "준비된 설정",
    "Data set": "데이터",
    "Recipe": "레시피",
    "Architecture": "신경망",
    "Parameters": "파라미터",
    "Settings that belong together. You can change each of them below.": (
        "함께 쓰는 설정 묶음입니다. 아래에서 하나씩 바꿀 수 있습니다."
    ),
    "Epochs": "에폭 수",
    "Epoch": "에폭",
    "Seed": "시드",
    "epoch {epoch} of {epochs}": "{epochs}에폭 중 {epoch}에폭",
    "epoch {epoch}": "{epoch}에폭",
    "{count:,.0f} images/s": "초당 이미지 {count:,.0f}장",
    "and {count} more": "그리고 {count}개 더",
    "See what it gets right and wrong": "무엇을 맞히고 틀리는지 보기",
    "Compare it with other runs": "다른 실험과 비교하기",
    "{time} left": "{time} 남음",
    "{time} of training": "학습 시간 {time}",
    "getting ready for {time}": "{time}째 준비 중",
    "Stopping …": "멈추는 중 …",
    "Go on": "이어서 학습",
    "Run of {owner}": "{owner}의 실험",
    "Waiting, held by the lecturer": "대기 중 (교수자가 일시정지함)",
    "Waiting": "대기",
    "place {position}": "순서 {position}번",
    "place {position}, after {names}": "순서 {position}번 ({names} 다음)",
    "place {position}, after {names} and {count} more": "순서 {position}번 ({names} 외 {count}명 다음)",
    "The race": "경주",
    "Race: the same seconds for several nets": "경주: 같은 시간 동안 여러 신경망 학습",
    "Which net learns most in a given time? A small one may beat a large one, for a while.": (
        "주어진 시간에 가장 많이 배우는 신경망은? 한동안은 작은 것이 큰 것을 이길 수도 있습니다."
    ),
    "Nets in the race": "경주할 신경망",
    "Seconds for each": "신경망마다 몇 초",
    "Start the race": "경주 시작",
    "Stop the race": "경주 멈추기",
    "This run is under way already.": "이 실험은 이미 진행 중입니다.",
    "Images of the data set, one of each class": "데이터의 이미지, 클래스마다 한 장",
    "Start trains {name}.": "시작을 누르면 {name}을(를) 학습합니다.",
    "**{place}. {name}**: {accuracy} of the validation images after {epochs:,.1f} epochs": (
        "**{place}위 {name}**: {epochs:,.1f}에폭 뒤 검증 이미지의 {accuracy}"
    ),
    "– **{name}**: {accuracy} of the training images so far": (
        "– **{name}**: 지금까지 훈련 이미지의 {accuracy}"
    ),
    "– **{name}**: getting ready": "– **{name}**: 준비 중",
    "Points: validation images. Thin lines: training images, while the nets take turns.": (
        "점: 검증 이미지. 가는 선: 훈련 이미지. 신경망들이 번갈아 학습합니다."
    ),
    "Points: {count:,} validation image(s). Thin lines: training images, while the nets take turns.": (
        "점: 검증 이미지 {count:,}장. 가는 선: 훈련 이미지. 신경망들이 번갈아 학습합니다."
    ),
    "One validation image is {points:.1f} points: of so few, differences may well be chance.": (
        "검증 이미지 한 장이 {points:.1f}%p입니다. 이렇게 적으면 차이는 우연일 수 있습니다."
    ),
    "ended after {epochs:,} epoch(s), before the bell": "시간이 다 되기 전 {epochs:,}에폭에서 끝남",
    "Close the race": "경주 닫기",
    "after {epochs:,.1f} epochs": "{epochs:,.1f}에폭 뒤",
    # Compare
    "Nobody has trained a net here yet. Train one, and it appears here.": (
        "아직 여기서 신경망을 학습한 사람이 없습니다. 하나 학습하면 여기에 나타납니다."
    ),
    "Note": "메모",
    "Star: one of my favourites": "별표: 즐겨찾기",
    "What will be lost, with curves, predictions and trained weights; there is no way back:": (
        "이 실험들이 곡선, 예측, 학습된 가중치와 함께 사라집니다. 되돌릴 수 없습니다."
    ),
    "Delete {count} for good": "{count}개 영구 삭제",
    "Delete …": "삭제 …",
    "Delete {count} …": "{count}개 삭제 …",
    "Pick none": "선택 해제",
    "{name} is queued once more.": "{name}을(를) 다시 대기열에 넣었습니다.",
    "Run again": "다시 학습",
    "{name} belongs to somebody else; it stays.": "{name}은(는) 다른 사람의 것이라 그대로 둡니다.",
    "{name}: {epochs} epoch(s), test accuracy {accuracy}, {size:.1f} MB": (
        "{name}: {epochs}에폭, 테스트 정확도 {accuracy}, {size:.1f} MB"
    ),
    "Edit": "고치기",
    "Train it once more with the same settings.": "같은 설정으로 한 번 더 학습합니다.",
    "Change and run": "바꿔서 학습",
    "Its images": "이미지 보기",
    "{name} is training. Stop it first, then delete it.": (
        "{name}은(는) 학습 중입니다. 먼저 멈춘 뒤 삭제하세요."
    ),
    "Delete for good?": "정말 삭제할까요?",
    "Edit this run": "이 실험 고치기",
    "Validation accuracy": "검증 정확도",
    "Training accuracy": "훈련 정확도",
    "Validation loss": "검증 손실",
    "Test loss": "테스트 손실",
    "Training loss": "훈련 손실",
    "Test accuracy": "테스트 정확도",
    "What to draw": "그릴 것",
    "Settings that differ": "서로 다른 설정",
    "What accuracy costs": "정확도의 비용",
    "On which data set": "어느 데이터에서",
    "Not drawn, because they did not measure this: {names}": "측정값이 없어 그리지 않은 실험: {names}",
    "None: these runs have the same settings.": "없음: 설정이 모두 같습니다.",
    "Pick two runs that have been tested, and read here whether one is really better.": (
        "테스트까지 끝난 실험 두 개를 고르면, 정말 어느 쪽이 나은지 여기서 알려 줍니다."
    ),
    "{a} and {b} were tested on different data sets; their accuracies cannot be compared.": (
        "{a}과(와) {b}은(는) 서로 다른 데이터로 테스트했으므로 정확도를 비교할 수 없습니다."
    ),
    "McNemar's exact test on {count:,} test images. It speaks of these two trained nets; to compare recipes, "
    "train each with several seeds.": (
        "테스트 이미지 {count:,}장에 대한 맥니마 정확 검정입니다. 학습된 이 두 신경망에 관한 이야기이며, "
        "레시피를 비교하려면 시드를 바꿔 여러 번 학습하세요."
    ),
    "No run has been tested yet.": "아직 테스트한 실험이 없습니다.",
    "Settings that differ between the picked runs": "고른 실험끼리 서로 다른 설정",
    "See the images on which they differ": "둘의 답이 다른 이미지 보기",
    "Setting": "설정",
    "Status": "상태",
    "95 % interval": "95 % 신뢰구간",
    "Gap (training − test)": "차이 (훈련 − 테스트)",
    "Best validation": "최고 검증 정확도",
    "Best epoch": "최고 에폭",
    "Last validation": "마지막 검증 정확도",
    "Planned epochs": "계획한 에폭",
    "Seconds": "초",
    "Images per second": "초당 이미지",
    "Of the training steps alone.": "학습 단계에 걸린 시간만 셉니다.",
    "Of whole epochs, reading validation and test images included; with a limit of seconds of the training steps alone.": "에폭 전체에 걸린 시간이며, 검증·테스트 이미지로 재는 시간도 들어갑니다. 초 단위로 제한한 학습은 학습 단계에 걸린 시간만 셉니다.",
    "Device": "장치",
    "Started": "시작",
    "By": "학습한 사람",
    "Id": "아이디",
    "Find runs": "실험 찾기",
    "The curves of {count} run(s), the best trained here on {dataset}. Tick rows to choose.": (
        "{dataset} 데이터셋을 여기에서 학습한 실험 중 가장 좋은 {count}개의 곡선입니다. 행을 골라 바꿀 수 있습니다."
    ),
    "Keys: Shift+Space.": "단축키는 Shift+스페이스바입니다.",
    "{shown} of {all} run(s). Tick rows to compare them.": (
        "실험 {all}개 중 {shown}개. 행을 골라 비교하세요."
    ),
    "{shown} of {all} run(s)": "실험 {all}개 중 {shown}개",
    "Name, note, net, recipe …": "이름, 메모, 신경망, 레시피 …",
    "Sort by": "정렬 기준",
    "Smallest first": "작은 것부터",
    "Columns": "열",
    "No run fits. Take a word or a filter away.": "맞는 실험이 없습니다. 낱말이나 조건을 줄이세요.",
    "At most {count} runs are compared at once.": "한 번에 {count}개까지 비교할 수 있습니다.",
    "Starred only": "별표만",
    "Starred": "별표",
    "Training accuracy minus test accuracy, in points. A long bar is overfitting.": (
        "훈련 정확도에서 테스트 정확도를 뺀 값(%p). 막대가 길면 과대적합입니다."
    ),
    "Newest": "최신순",
    "Name": "이름",
    "Stop": "멈추기",
    "Cancel": "취소",
    # Code to paste
    "PyTorch code": "파이토치 코드",
    "Code": "코드",
    "Download as a file": "파일로 내려받기",
    "Trains this net again, with torch and torchvision alone.": (
        "torch와 torchvision만으로 이 신경망을 다시 학습합니다."
    ),
    "Python script: trains this net again": "파이썬 스크립트: 이 신경망을 다시 학습",
}
