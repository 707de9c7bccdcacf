"""What a class does together: joining, going where the lecturer leads, guessing, the room's view."""

TOGETHER: dict[str, str] = {
    "The queue": "대기열",
    # Joining
    "**Welcome to the class.** What is your name?": "**수업에 오신 것을 환영합니다.** 이름이 무엇인가요?",
    "Join": "참여",
    "Today": "오늘",
    "Room": "전체",
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
    "The lecturer chose **{net}**: press Start to train it.": (
        "강의자가 **{net}** 신경망을 골랐습니다. 시작을 누르면 학습합니다."
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
}
