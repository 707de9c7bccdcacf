"""What the core says of exported files and reports: template to Korean."""

EXPORT: dict[str, str] = {
    "A comparison has 2 to {limit} runs, got {count}. Pick others.": "비교에는 실험이 2~{limit}개 필요한데 지금은 {count}개입니다. 다르게 고르세요.",
    "Test accuracy": "테스트 정확도",
    "The exported {format} model answers differently by {difference:.1e} (at most {tolerance:g} is allowed), so it was not written. Take the format pytorch, which is exact.": "내보낸 {format} 모델의 답이 {difference:.1e}만큼 다릅니다(허용 {tolerance:g}). 그래서 쓰지 않았습니다. 정확히 같은 pytorch 형식을 쓰세요.",
    "This run is {status} and has no test accuracy.": "이 실험은 {status} 상태라서 테스트 정확도가 없습니다.",
    "format": "형식",
    "{accuracy} of {count:,} test image(s), 95 % interval {interval}; {parameters:,} parameter(s), {epochs} epoch(s) in {seconds:,.1f} s on {device} ({precision}).": "테스트 이미지 {count:,}장 중 {accuracy} 맞음, 95 % 신뢰구간 {interval}. 파라미터 {parameters:,}개, {epochs}에폭, {seconds:,.1f}초, {device} ({precision}).",
    "There is no short script for this run, because of these settings: {settings}.": "이 실험에는 짧은 스크립트가 없습니다. 다음 설정 때문입니다: {settings}.",
    "Which one is better?": "어느 쪽이 더 나은가?",
    "There are no two finished runs here that were tested on the same images.": "같은 이미지로 시험한 완료된 실험이 두 개 없습니다.",
}
