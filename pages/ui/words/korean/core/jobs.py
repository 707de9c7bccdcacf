"""What the core says of the queue and the classroom: template to Korean."""

JOBS: dict[str, str] = {
    "FMNIST_CLUSTER is set, but Ray is not installed. Install it (pip install ray), or unset FMNIST_CLUSTER to train on this machine.": "FMNIST_CLUSTER가 설정되었지만 Ray가 없습니다. 설치하거나(pip install ray), 이 컴퓨터에서 학습하려면 FMNIST_CLUSTER 설정을 지우세요.",
    "Only the lecturer can do this. Enter the passcode on the page Classroom.": "강의자만 할 수 있습니다. 교실 페이지에서 암호를 입력하세요.",
    "The Ray cluster {where!r} cannot be used: {reason} Start it, or unset FMNIST_CLUSTER to train on this machine.": "Ray 클러스터 {where!r}을(를) 쓸 수 없습니다: {reason} 클러스터를 켜거나, 이 컴퓨터에서 학습하려면 FMNIST_CLUSTER 설정을 지우세요.",
    "The process that trained this run died (exit status {code}); it can go on.": "학습하던 프로세스가 죽었습니다(종료 코드 {code}). 이어서 학습할 수 있습니다.",
    "The worker that trained this run died; it goes on elsewhere after epoch {epoch}.": "이 학습을 맡은 작업자가 죽어서 {epoch}에폭 다음부터 다른 곳에서 이어 갑니다.",
    "This is not the passcode. Ask whoever started the server.": "암호가 맞지 않습니다. 서버를 시작한 사람에게 물어보세요.",
    "Unexpected {kind}: {reason}. The server's log has the details.": "예상하지 못한 오류 {kind}: {reason}. 자세한 내용은 서버 기록에 있습니다.",
    "photos are learned from on this machine only; unset FMNIST_CLUSTER to train": "사진으로 학습하는 것은 이 컴퓨터에서만 됩니다. FMNIST_CLUSTER 설정을 지우고 학습하세요",
    "photos are of clothes, got dataset {dataset!r}; choose fashion-mnist": "사진은 옷 사진인데 데이터가 {dataset!r}입니다. fashion-mnist를 고르세요",
    "somebody else": "다른 사람",
    "{lives} workers died while they trained this run. Look at them, then let it go on.": "이 학습을 맡은 작업자 {lives}개가 죽었습니다. 작업자를 확인한 뒤 이어서 학습하세요.",
    "{name} belongs to {owner}: you can look at it, not change it. Start a run of your own.": "{name}은(는) {owner}의 것입니다. 볼 수는 있지만 바꿀 수는 없습니다. 직접 학습을 시작하세요.",
    "{name} is {status} already, so there is nothing to stop.": "{name}은(는) 이미 {status} 상태라서 멈출 것이 없습니다.",
    "A run that trains on it is queued or running. Wait for it, or stop it first.": "이 데이터로 학습하는 것이 대기 중이거나 학습 중입니다. 끝나기를 기다리거나 먼저 멈추세요.",
    "Only who brought the data set {dataset} can change it, and the lecturer.": "{dataset} 데이터는 가져온 사람과 강의자만 바꿀 수 있습니다.",
    "Nobody here trains on device {device!r}; choose one of: {served}": "여기에는 {device!r} 장치로 학습하는 곳이 없습니다. 다음 중에서 고르세요: {served}",
    "{epochs:,} epochs of {size:,} images are {asked:,}; in this class a run may look at {limit:,}. Choose at most {most:,} epochs, or fewer training images.": "이미지 {size:,}장씩 {epochs:,}에폭이면 {asked:,}장입니다. 이 수업에서는 한 번에 {limit:,}장까지 볼 수 있습니다. 에폭을 {most:,} 이하로 하거나 훈련 이미지를 줄이세요.",
}
