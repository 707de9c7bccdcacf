"""What a class does together, and Classroom: joining, going where the lecturer leads, guessing, the room's view."""

TOGETHER: dict[str, str] = {
    "The queue": "대기열",
    # Joining
    "**Welcome to the class.** What is your name?": "**수업에 오신 것을 환영합니다.** 이름이 무엇인가요?",
    "Join": "참여",
    "Today": "오늘",
    "Room": "교실 현황",
    "Only this machine reaches the server. For the class, start it with {option} on a machine in a "
    "network.": (
        "이 서버에는 이 컴퓨터에서만 접속할 수 있습니다. 수업에서는 네트워크에 연결된 컴퓨터에서 {option} 옵션으로 "
        "서버를 시작하세요."
    ),
    "QR code of the address {address}": "{address} 주소의 QR 코드",
    "Here: **{count}**": "참여 중: **{count}**명",
    "The newest {count} runs of today.": "오늘 가장 최근의 실험 {count}개입니다.",
    # The lecturer leads
    "Take everyone here": "모두 이 페이지로",
    "You are in, as **{name}**.": "**{name}** 이름으로 들어왔습니다.",
    "The lecturer chose **{net}**: press **{button}** to train it.": (
        "교수자가 **{net}** 신경망을 골랐습니다. **{button}** 버튼을 누르면 학습합니다."
    ),
    "This net for all": "이 신경망을 모두에게",
    "Everyone is on the way.": "모두 이동하고 있습니다.",
    # Guessing together
    "Guess with the class": "수업에서 다 같이 맞히기",
    "All browsers of the class show the same {count} images, one after the other, and vote.": (
        "모든 학생의 화면에 같은 이미지 {count}장이 차례로 나오고, 다 같이 투표합니다."
    ),
    "votes: {count}": "투표 {count}명",
    "You said **{name}**. Wait for the others.": "**{name}**(이)라고 답했습니다. 다른 사람들을 기다리세요.",
    "Show the answer": "정답 보기",
    "End the round": "여기서 끝내기",
    "Close the round": "결과 닫기",
    "Play alone": "혼자 하기",
    "The label": "정답",
    "The class": "우리 반",
    "The class, by majority": "우리 반 (다수결)",
    "The class: {sign} {said}": "우리 반: {sign} {said}",
    "undecided": "동점",
    "no votes": "투표 없음",
    "Nobody has voted in this round.": "이번에는 아무도 투표하지 않았습니다.",
    "Single votes: {share} of {votes:,} were right.": "한 표씩 세면 {votes:,}표 가운데 {share}가 맞았습니다.",
    "no telling it from the class": "우리 반과 우열을 가릴 수 없습니다",
    "better than the class": "우리 반보다 낫습니다",
    "worse than the class": "우리 반보다 못합니다",
    # Classroom
    "**The best runs of today** on {dataset}": "{dataset}에서 **오늘 가장 좋은 실험**",
    "Small: 95 % intervals. Where two overlap, the order may be luck.": (
        "작은 글씨는 95 % 신뢰구간입니다. 두 구간이 겹치면 순서는 우연일 수 있습니다."
    ),
    "epochs: {count}": "에폭 {count}",
    "The best of today, by accuracy on the {count:,} test images.": (
        "오늘 가장 좋은 실험, 테스트 이미지 {count:,}장의 정확도 순입니다."
    ),
    "By accuracy on the {count:,} test images, each person's best.": (
        "사람마다 가장 좋은 실험 하나, 테스트 이미지 {count:,}장의 정확도 순입니다."
    ),
    "No passcode is set, so everybody at this server may do everything. For a class, start the server with "
    "FMNIST_PASSCODE set: each browser then has a name and runs of its own.": (
        "암호가 없어서 이 서버에서는 누구나 무엇이든 할 수 있습니다. 수업에서는 FMNIST_PASSCODE를 정하고 "
        "서버를 시작하세요. 그러면 브라우저마다 이름과 자기 실험을 가집니다."
    ),
    "Nobody has finished a run on {dataset} today. Be the first.": (
        "오늘 {dataset}(으)로 실험을 마친 사람이 없습니다. 첫 번째가 되어 보세요."
    ),
    "Nothing trains and nobody waits.": "학습 중인 것도, 기다리는 사람도 없습니다.",
    "Leave the lecturer's view": "교수자 화면 나가기",
    "Place": "순위",
    "Who": "사람",
    "Resume all": "모두 이어서 하기",
    "Everything is held. Runs that wait: {count}": "모두 일시정지 중. 대기 중인 실험: {count}개",
    "Pause all": "모두 일시정지",
    "place {position}, for {time}": "대기 {position}번, {time}째",
    "Next": "다음으로",
    "For the lecturer": "교수자용",
    "I am the lecturer": "교수자입니다",
    "Passcode": "암호",
    "Enter": "들어가기",
    "No run that is shown has been tested yet.": "표시된 실험 중에 아직 테스트를 마친 것이 없습니다.",
    "Outside of the axis, far behind: {names}": "축 밖에 있을 만큼 뒤처진 실험: {names}",
    "Filter": "필터",
    "Yes": "예",
    "No": "아니요",
    "The colour of its curve": "곡선의 색",
    "CSV": "CSV 파일",
    "Report": "보고서",
    "Model": "모델",
    "Report on the runs that are drawn": "그려진 실험의 보고서",
    "Why": "근거",
    "Take away: {names}": "치우기: {names}",
    "Pause": "일시정지",
    "Play": "재생",
    "Present": "발표 화면",
    "Larger type, no controls. On a keyboard, arrow keys lead on and Esc leads back.": (
        "글씨가 커지고 버튼이 사라집니다. 키보드에서는 화살표로 넘기고 Esc로 돌아옵니다."
    ),
    "Leave": "나가기",
    "A model as a file": "모델을 파일로",
    "Leave (Esc)": "나가기 (Esc)",
    "The run that you look at": "지금 보고 있는 실험",
    "The last runs": "최근 실험",
    "Click a row to watch that run.": "행을 누르면 그 실험을 봅니다.",
    "Name a photo": "사진 알아맞히기",
    "Or have a photo of a garment named, by a net that comes with the project": "아니면 함께 제공되는 모델에게 옷 사진이 무엇인지 물어보세요",
    "**Training, running**: a mean over the last steps.": "**훈련, 진행 중**: 최근 단계들의 평균입니다.",
    "**Training**: the mean over an epoch, while the net still changed.": "**훈련**: 모델이 바뀌는 동안 한 에폭 전체의 평균입니다.",
    "**Training, evaluated**: of the net as it is at the end, on the same images.": "**훈련, 평가 모드**: 끝난 뒤의 모델을 같은 이미지로 다시 잰 값입니다.",
    "This run meets the test images only at its end.": "이 실험은 테스트 이미지를 마지막에만 봅니다.",
    "This run meets the test images every {count} epochs.": "이 실험은 {count}에폭마다 테스트 이미지를 봅니다.",
    "Validation and test images are read in bfloat16, in which this run learns, and in float32 after the last epoch: the same weights may get an image or two more or less right.": "이 실험은 bfloat16으로 학습하고 검증·테스트 이미지도 bfloat16으로 잽니다. 마지막 에폭 뒤에만 float32로 재므로, 같은 가중치라도 맞히는 이미지가 한두 장 다를 수 있습니다.",
    "**Images/s** and **time of training**: of the training steps alone.": "**초당 이미지**와 **학습 시간**: 학습 단계에 걸린 시간만 셉니다.",
    "**Images/s**: of the training steps alone. **Time of training**: of whole epochs, reading validation and test images included.": "**초당 이미지**: 학습 단계에 걸린 시간만 셉니다. **학습 시간**: 에폭 전체에 걸린 시간이며, 검증·테스트 이미지로 재는 시간도 들어갑니다.",
    "The best of the rows shown, on one data set. Tick rows to compare others.": "보이는 행 중에서 같은 데이터로 학습한 가장 좋은 실험들입니다. 다른 것과 비교하려면 행을 고르세요.",
    "The best runs trained here on one data set. Tick rows to compare others.": "여기서 같은 데이터로 학습한 실험 중 가장 좋은 것들입니다. 다른 것과 비교하려면 행을 고르세요.",
    "After epoch {epoch}, **{accuracy}** of the test images are named correctly. Shown: those about which the run changed its mind most.": "{epoch}에폭 뒤에 테스트 이미지의 **{accuracy}를** 맞힙니다. 답이 가장 많이 바뀐 이미지들을 보여 줍니다.",
    "**Here the temperature did not help.**": "**여기서는 온도가 도움이 되지 않았습니다.**",
    "Only {measured} image(s): these errors may be chance.": "이미지가 {measured}장뿐이어서 이 오차는 우연일 수 있습니다.",
    "Points of fewer than {least} image(s) are left out; the errors count them too.": "이미지가 {least}장보다 적은 점은 뺐습니다. 오차에는 모두 들어 있습니다.",
    "**Here the temperature did not help**: it was calibrated well before.": "**여기서는 온도가 도움이 되지 않았습니다**: 이미 잘 보정되어 있었습니다.",
    "The address asks for something that is not here: {said}": "주소가 여기에 없는 것을 요청합니다: {said}",
    "no run": "실험 없음",
    "{asked}; shown instead: {shown}": "{asked} (대신 표시: {shown})",
    "{asked} ({reason}); shown instead: {shown}": "{asked}. {reason} (대신 표시: {shown})",
    "{asked} (this page knows no {name})": "{asked} (이 페이지에 없는 이름: {name})",
    "it is not here, or cannot be used on this page": "실험이 없거나 이 페이지에서 쓸 수 없습니다",
    "numbers go from 0 to {last:,}": "번호는 0부터 {last:,}까지입니다",
    "a new game": "새 게임",
    "the best runs": "가장 좋은 실험들",
    "the other runs": "다른 실험들",
    "another run": "다른 실험",
    "the net from before": "조금 전의 신경망",
    "the worst pair": "가장 많이 혼동한 쌍",
    "Page not found": "없는 페이지",
    "There is no page {name} here.": "{name} 페이지는 없습니다.",
    "Limits for students": "학생의 한도",
    "Million images per run": "실험 한 번의 이미지 (백만 장)",
    "Epochs times training images. 30 epochs of Fashion-MNIST are 1.8 million.": "에폭 수 × 훈련 이미지 수. Fashion-MNIST 30에폭은 180만 장입니다.",
    "MB of own data sets each": "직접 가져온 데이터 (1인당 MB)",
    "A thousand grey pictures take about 0.6 MB.": "흑백 사진 천 장은 약 0.6 MB입니다.",
    "Inside another page, uploads fail and your runs may not stay yours.": "다른 페이지 안에서는 파일을 올릴 수 없고, 내 실험이 내 것으로 남지 않을 수 있습니다.",
    "Open it in its own tab": "새 탭에서 열기",
    "Changed from {recipe}: custom": "{recipe}에서 바꿈: custom",
    "**Smoothed**: the training loss is measured against labels smoothed by {share:g}; it lies above the loss of the other images, which is measured against their labels.": "**스무딩**: 훈련 손실은 {share:g}만큼 스무딩한 레이블로 잽니다. 레이블 그대로 재는 다른 이미지의 손실보다 높습니다.",
    "Measured against smoothed labels, so higher than it would be, and not to be compared: {names}": "스무딩한 레이블로 재어 더 높으므로 비교할 수 없습니다: {names}",
    "Compared: the best two of the {count} ticked. Choose others under Why.": "고른 {count}개 가운데 가장 좋은 둘을 비교합니다. 다른 둘은 '근거'에서 고르세요.",
    "Compared: two of the {count} ticked, chosen under Why.": "고른 {count}개 가운데 '근거'에서 고른 둘을 비교합니다.",
    "no better than guessing": "찍는 것보다 낫지 않음",
    "too few test images to tell it from guessing ({guess})": "테스트 이미지가 적어 찍은 것({guess})과 구별할 수 없음",
}
