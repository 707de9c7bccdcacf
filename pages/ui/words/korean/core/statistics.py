"""What the core says of comparing runs and the coach: template to Korean."""

STATISTICS: dict[str, str] = {
    "Levelled off: {split} accuracy hardly moves any more. More epochs will change little.": "정체: {split} 정확도가 거의 움직이지 않습니다. 에폭을 늘려도 별로 달라지지 않습니다.",
    "No telling these two apart: only their seed differs, and {name_b} minus {name_a}, {difference} points (95 % interval {low} to {high}), is luck.": "둘의 우열을 가릴 수 없습니다: 시드만 다르며, {name_b} − {name_a} = {difference}%p (95 % 신뢰구간 {low} ~ {high})의 차이는 우연입니다.",
    "No telling these two apart: there are no test images.": "둘의 우열을 가릴 수 없습니다: 테스트 이미지가 없습니다.",
    "No telling {name_a} and {name_b} apart: they are right on exactly the same images.": "{name_a}와(과) {name_b}의 우열을 가릴 수 없습니다: 똑같은 이미지를 맞힙니다.",
    "No telling these two apart: {name_b} minus {name_a} is {difference} points (95 % interval {low} to {high}), and chance alone would do this {often}.": "둘의 우열을 가릴 수 없습니다: {name_b} − {name_a} = {difference}%p (95 % 신뢰구간 {low} ~ {high})이고, 우연만으로 이런 차이가 날 확률은 {often}입니다.",
    "No validation images: overfitting cannot be seen here. Set some aside to watch it.": "검증 이미지가 없어서 과대적합을 볼 수 없습니다. 조금 떼어 두고 지켜보세요.",
    "Overfitting since epoch {since}: the {split} loss rises while the training loss falls. Fewer epochs, augmentation or weight decay would help.": "{since}에폭부터 과대적합: 훈련 손실은 줄어드는데 {split} 손실은 커집니다. 에폭을 줄이거나 데이터 증강, 가중치 감쇠를 써 보세요.",
    "Still learning: too few epochs to say more.": "아직 배우는 중: 더 말하기에는 에폭이 너무 적습니다.",
    "Still learning: the last {window} times that it was measured, {split} accuracy was {points:.1f} points higher on average than the {window} times before. More epochs may help.": "아직 배우는 중: 최근 {window}번 잰 {split} 정확도의 평균이 그 앞 {window}번보다 {points:.1f}%p 높습니다. 에폭을 늘리면 더 좋아질 수 있습니다.",
    "The loss is not a number since epoch {epoch}: the learning rate is far too high. Try a tenth of it.": "{epoch}에폭부터 손실이 숫자가 아닙니다. 학습률이 너무 큽니다. 10분의 1로 줄여 보세요.",
    "The training loss does not settle: the learning rate is too high. Try a third of it.": "훈련 손실이 가라앉지 않습니다. 학습률이 큽니다. 3분의 1로 줄여 보세요.",
    "This run was tested on {logits:,} image(s), but the data set now has {labels:,}. Its files have changed since; train again.": "이 학습은 이미지 {logits:,}장으로 시험했는데 지금 데이터에는 {labels:,}장이 있습니다. 그 사이 파일이 바뀌었습니다. 다시 학습하세요.",
    "less than once in {words} times": "1/{words} 미만",
    "order": "순서",
    "outcome": "결과",
    "{better} is better than {worse}: {difference} points (95 % interval {low} to {high}), and chance alone would do this {often}.": "{better}이(가) {worse}보다 낫습니다. 차이는 {difference}%p (95 % 신뢰구간 {low} ~ {high})이고, 우연만으로 이런 차이가 날 확률은 {often}입니다.",
    "always, or almost": "거의 1",
    "{count} times in 100": "{count}/100",
    "{true} is taken for {predicted} in {count:,} of {total:,} image(s).": "{true} 이미지 {total:,}장 중 {count:,}장을 {predicted}(으)로 봅니다.",
}
