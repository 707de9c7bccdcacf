"""Testing learning rates on the Train page, and the loss of each step on Compare."""

RATES: dict[str, str] = {
    "Find a rate": "학습률 찾기",
    "Trains for a moment, with a rate that rises at each step, and suggests one by how the loss falls. "
    "Nothing of it is stored.": (
        "단계마다 학습률을 높이며 잠시 학습하고, 손실이 줄어드는 모습을 보고 학습률을 제안합니다. 결과는 "
        "저장하지 않습니다."
    ),
    "the form; press “Find a rate”": "설정 화면; “학습률 찾기”를 누르세요",
    "that test is not kept": "그 학습률 찾기의 결과는 남아 있지 않습니다",
    "Waiting behind {count} test(s) of others.": "대기 중: 앞에 다른 사람의 학습률 찾기 {count}개가 있습니다.",
    "The test starts …": "학습률 찾기를 시작합니다 …",
    "Step {step} of at most {steps}": "최대 {steps}단계 중 {step}단계",
    "Stop the test": "학습률 찾기 멈추기",
    "Use {rate:g}": "{rate:g} 쓰기",
    "Close": "닫기",
    "This curve is of other settings than the form's: {names}.": (
        "이 곡선은 지금 설정의 것이 아닙니다. 다른 설정: {names}."
    ),
    "Training loss by step": "단계별 훈련 손실",
    "Thinned for the screen; each point is the mean of {names}": "화면에 맞게 줄였습니다. 각 점은 평균입니다: {names}",
    "{steps} steps ({name})": "{steps}단계 ({name})",
    "Not drawn, because the loss of each step was not kept (runs of earlier versions, or no epoch is finished "
    "yet): {names}": (
        "단계별 손실이 남아 있지 않아 그리지 않은 실험 (이전 버전의 실험이거나 아직 한 에폭도 끝나지 않음): {names}"
    ),
}
