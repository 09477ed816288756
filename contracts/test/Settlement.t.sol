// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Epochs} from "../src/Epochs.sol";
import {Payouts} from "../src/Payouts.sol";
import {Escrow} from "../src/Escrow.sol";
import {Params, ParamsLib} from "../src/Params.sol";
import {Registry} from "../src/Registry.sol";
import {Config, Settlement} from "../src/Settlement.sol";
import {PayerRow} from "../src/Statement.sol";
import {Draft, Network} from "./Network.sol";
import {assertEq, assertTrue, vm} from "./Vm.sol";

/// @notice Statements and parameters. Epochs, the guardian and claims have files of their own.
contract SettlementTest is Network {
    address private constant PAYER = address(0x9a7e4);

    function setUp() external {
        deploy();
        fund(PAYER, 1_000 * DOLLAR);
    }

    // ------------------------------------------------------------------------------------------------ quorum

    function test_two_of_three_are_a_quorum_and_one_is_not() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        bytes[] memory one = signedBy(d.s, firstKeys(1));
        vm.expectRevert(abi.encodeWithSelector(Settlement.QuorumNotReached.selector, 1, 3));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, one);
        vm.expectRevert(abi.encodeWithSelector(Settlement.QuorumNotReached.selector, 0, 3));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, new bytes[](0));
        post(d);
    }

    function test_a_signer_counts_once_and_signers_ascend() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        bytes[] memory two = signedBy(d.s, firstKeys(2));
        (two[0], two[1]) = (two[1], two[0]);
        vm.expectRevert(abi.encodeWithSelector(Settlement.SignersNotAscending.selector, 1));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
        two[1] = two[0];
        vm.expectRevert(abi.encodeWithSelector(Settlement.SignersNotAscending.selector, 1));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
    }

    function test_weight_counts_not_heads() external {
        (uint256 x, uint256 y) = vm.publicKeyP256(1);
        registry.setVerifier(vm.addr(verifierKeys[2]), "https://v", bytes32(x), bytes32(y), 5);
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        bytes[] memory two = signedBy(d.s, firstKeys(2));
        vm.expectRevert(abi.encodeWithSelector(Settlement.QuorumNotReached.selector, 2, 7));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
        uint256[] memory heavy = new uint256[](1);
        heavy[0] = verifierKeys[2];
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, signedBy(d.s, heavy));
    }

    function test_strangers_and_retired_verifiers_do_not_sign() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        bytes[] memory two = signedBy(d.s, firstKeys(2));
        address second = vm.addr(verifierKeys[1]);
        (uint256 x, uint256 y) = vm.publicKeyP256(1);
        registry.setVerifier(second, "https://v", bytes32(x), bytes32(y), 0);
        vm.expectRevert(abi.encodeWithSelector(Registry.NotActiveVerifier.selector, second));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
    }

    function test_a_changed_field_voids_the_signatures() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        bytes[] memory two = signedBy(d.s, firstKeys(2));
        d.s.stateSum += 1;
        // Another digest recovers to strangers: out of order or not active.
        (bool ok,) =
            address(settlement).call(abi.encodeCall(settlement.postStatement, (d.s, d.rows, d.allotted, d.heads, two)));
        assertTrue(!ok, "refused");
        d.s.stateSum -= 1;
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
    }

    function test_signatures_for_another_settlement_are_worth_nothing() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        Settlement other = new Settlement(config());
        assertTrue(other.statementDigest(d.s) != settlement.statementDigest(d.s), "domains differ");
    }

    // ------------------------------------------------------------------------------------------------ place

    function test_no_replay_and_one_at_a_time() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        bytes[] memory two = signedBy(d.s, firstKeys(2));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
        vm.expectPartialRevert(Settlement.PreviousStatementPending.selector);
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
        passWindow();
        vm.expectRevert(abi.encodeWithSelector(Settlement.EpochAlreadySettled.selector, 0, 1));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, two);
    }

    function test_the_next_statement_waits_for_the_window_and_names_the_last() external {
        passEpoch();
        post(draftFor(PAYER, 100 * DOLLAR));
        // The second epoch is over just before the window is: 60 s epochs, 20 s window.
        vm.warp(block.timestamp);
        (, bool isFinal) = settlement.latest();
        assertTrue(!isFinal, "pends");
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.s.previous = 0;
        postReverts(d, Settlement.WrongPrevious.selector);
        complete(d);
        post(d);
        assertEq(settlement.clock().accepted, 2, "accepted");
        assertEq(settlement.clock().finalized, 1, "posting made the first final");
    }

    function test_place_in_time() external {
        epoch = settlement.currentEpoch();
        settlement.openEpoch(epoch);
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        postReverts(d, Settlement.EpochNotEnded.selector);
        vm.warp(GENESIS + EPOCH);
        postReverts(d, Settlement.SeedNotRecorded.selector);
        d.s.epoch = 7;
        vm.warp(GENESIS + 8 * EPOCH);
        postReverts(d, Settlement.SeedNotRecorded.selector);
    }

    function test_skipped_epochs_mint_nothing() external {
        vm.warp(GENESIS + 3 * EPOCH);
        passEpoch();
        uint256 c = ParamsLib.capacityDown(settlement.reserve(), LAMBDA);
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        // One epoch's C and no more, however many went by.
        d.allotted[1] = c * 4500 / 10_000 + 1;
        complete(d);
        postReverts(d, Settlement.AllottedAboveBound.selector);
        d.allotted[1] -= 1;
        complete(d);
        post(d);
        passEpoch();
        d = draftFor(PAYER, 100 * DOLLAR);
        d.s.epoch = 2;
        postReverts(d, Settlement.EpochAlreadySettled.selector);
    }

    function test_lists_must_match_their_hashes() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.s.payerRowsHash = bytes32(uint256(d.s.payerRowsHash) ^ 1);
        postReverts(d, Settlement.WrongPayerRows.selector);
        rehash(d);
        d.s.bundleHeadsHash = 0;
        postReverts(d, Settlement.WrongBundleHeads.selector);
        rehash(d);
        d.s.allottedByKindHash = 0;
        postReverts(d, Settlement.WrongAllottedByKind.selector);
        rehash(d);
        d.s.paramsHash = 0;
        postReverts(d, Settlement.WrongParams.selector);
        d.s.paramsHash = settlement.paramsHash();
        d.s.registryBlock = uint64(block.number) + 1;
        postReverts(d, Settlement.RegistryBlockInFuture.selector);
        complete(d);
        d.heads = new bytes32[](2);
        rehash(d);
        postReverts(d, Settlement.BundleHeadsNotAscending.selector);
    }

    function test_rows_sum_to_dollars_in_within_each_escrow() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.rows[0].amount -= 1;
        rehash(d);
        postReverts(d, Settlement.RowsDoNotSumUp.selector);
        d = draftFor(PAYER, 1_000 * DOLLAR + 1);
        postReverts(d, Escrow.AboveBalance.selector);
        d = draftFor(PAYER, 100 * DOLLAR);
        d.rows = new PayerRow[](2);
        d.rows[0] = PayerRow(PAYER, 60 * DOLLAR);
        d.rows[1] = PayerRow(PAYER, 40 * DOLLAR);
        rehash(d);
        postReverts(d, Escrow.RowsNotAscending.selector);
        assertEq(escrow.balanceOf(PAYER), 1_000 * DOLLAR, "nothing was taken");
    }

    // ------------------------------------------------------------------------------------------------ bounds

    /// @notice The control of economy.md: with d = 9500 the bound fires.
    function test_control_paying_9500_to_devices_is_refused() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.s.devicesDollars = 100 * DOLLAR * (9_500 + 500) / 10_000;
        d.s.verificationDollars = 0;
        complete(d);
        postReverts(d, Settlement.PayAboveBound.selector);
        d.s.devicesDollars = 95 * DOLLAR + 1;
        complete(d);
        postReverts(d, Settlement.PayAboveBound.selector);
        d.s.devicesDollars = 95 * DOLLAR;
        complete(d);
        post(d);
    }

    function test_dollars_are_conserved() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.s.auctionDollars += 1;
        postReverts(d, Settlement.DollarsNotConserved.selector);
        d.s.auctionDollars -= 2;
        postReverts(d, Settlement.DollarsNotConserved.selector);
        d.s.devicesDollars -= 1;
        d.s.verificationDollars += 1;
        complete(d);
        postReverts(d, Settlement.VerificationAboveBound.selector);
    }

    function test_way_is_bounded_by_kind_and_the_reserve_falls_by_it() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.allotted[2] = 1; // storage has no capacity pay
        complete(d);
        postReverts(d, Settlement.AllottedAboveBound.selector);
        d.allotted[2] = 0;
        d.allotted[0] = 1e18;
        complete(d);
        d.s.wayAllotted += 1;
        postReverts(d, Settlement.AllottedDoesNotSumUp.selector);
        complete(d);
        d.s.reserveAfter += 1;
        postReverts(d, Settlement.WrongReserve.selector);
        complete(d);
        d.s.wayVested = 1e18 + 1;
        complete(d);
        postReverts(d, Settlement.VestedAboveAllotted.selector);
        d.s.wayVested = 1e18;
        complete(d);
        post(d);
        assertEq(settlement.reserve(), way.RESERVE() - 1e18, "reserve");
        assertEq(way.totalSupply(), way.INITIAL_SUPPLY(), "nothing minted before it is final");
        passWindow();
        settlement.finalize();
        assertEq(way.mintedFromReserve(), 1e18, "minted");
    }

    function test_payouts_sum_grows_by_exactly_what_is_paid() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.s.payoutsSum += 1;
        postReverts(d, Settlement.WrongPayoutsSum.selector);
        d.s.payoutsSum += (1 << 128) - 1;
        postReverts(d, Settlement.WrongPayoutsSum.selector);
    }

    function test_stipends_come_from_the_pot_within_their_bound() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.s.stipendWay = 1;
        complete(d);
        postReverts(d, Settlement.StipendAboveBound.selector);
        fundStipend(1_000e18);
        d.s.stipendWay = STIPEND + 1;
        complete(d);
        postReverts(d, Settlement.StipendAboveBound.selector);
        d.s.stipendWay = STIPEND;
        complete(d);
        post(d);
        assertEq(settlement.stipendPot(), 1_000e18 - STIPEND, "pot");
    }

    function test_dollars_go_where_the_statement_says() external {
        passEpoch();
        post(draftFor(PAYER, 100 * DOLLAR));
        assertEq(dollar.balanceOf(address(settlement)), 100 * DOLLAR, "held through the window");
        vm.expectRevert(Payouts.NothingToFinalize.selector);
        settlement.finalize();
        passWindow();
        settlement.finalize();
        assertEq(dollar.balanceOf(address(auction)), 5 * DOLLAR, "auction");
        assertEq(dollar.balanceOf(address(settlement)), 95 * DOLLAR, "payouts");
        vm.expectRevert(Payouts.NothingToFinalize.selector);
        settlement.finalize();
    }

    function test_an_empty_epoch_settles() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 0);
        d.rows = new PayerRow[](0);
        rehash(d);
        post(d);
        passWindow();
        settlement.finalize();
        assertEq(settlement.clock().finalized, 1, "final");
    }

    // ------------------------------------------------------------------------------------------------ voiding

    function test_a_voided_statement_leaves_nothing_behind() external {
        fundStipend(1_000e18);
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        d.allotted[1] = 5e18;
        d.s.wayVested = 2e18;
        d.s.stipendWay = 1e18;
        complete(d);
        post(d);
        settlement.void(d.s, d.rows);
        assertEq(escrow.balanceOf(PAYER), 1_000 * DOLLAR, "the payer has its dollars back");
        assertEq(dollar.balanceOf(address(settlement)), 0, "nothing held");
        assertEq(settlement.reserve(), way.RESERVE(), "reserve");
        assertEq(settlement.vestedTotal(), 0, "vested");
        assertEq(settlement.stipendPot(), 1_000e18, "pot");
        post(d); // the same epoch can be settled again
        passWindow();
        vm.expectPartialRevert(Settlement.NotVoidable.selector);
        settlement.void(d.s, d.rows);
        settlement.finalize();
        assertEq(way.mintedFromReserve(), 2e18, "minted once");
    }

    function test_only_the_pending_statement_is_voided_with_its_rows() external {
        passEpoch();
        Draft memory d = draftFor(PAYER, 100 * DOLLAR);
        vm.expectPartialRevert(Settlement.NotVoidable.selector);
        settlement.void(d.s, d.rows);
        post(d);
        d.rows[0].amount -= 1;
        vm.expectPartialRevert(Settlement.WrongPayerRows.selector);
        settlement.void(d.s, d.rows);
        d.s.stateSum = 1;
        vm.expectPartialRevert(Settlement.NotVoidable.selector);
        settlement.void(d.s, d.rows);
    }

    // ------------------------------------------------------------------------------------------------ governance

    function test_parameters_stay_within_bounds() external {
        Params memory p = defaultParams();
        vm.prank(PAYER);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, PAYER));
        settlement.setParams(p);
        p.deviceBps = 9500;
        vm.expectRevert(abi.encodeWithSelector(ParamsLib.SharesMustSumToBps.selector, 10_700));
        settlement.setParams(p);
        (p.poolBps, p.verificationBps, p.burnBps) = (0, 401, 99);
        vm.expectRevert(abi.encodeWithSelector(ParamsLib.BurnBelowMinimum.selector, 99));
        settlement.setParams(p);
        (p.deviceBps, p.poolBps, p.verificationBps, p.burnBps) = (8000, 0, 1001, 999);
        vm.expectRevert(abi.encodeWithSelector(ParamsLib.VerificationAboveMaximum.selector, 1001));
        settlement.setParams(p);
        p = defaultParams();
        p.lambdaPerBillion = LAMBDA + 1;
        vm.expectRevert(abi.encodeWithSelector(ParamsLib.LambdaAboveMaximum.selector, LAMBDA + 1, LAMBDA));
        settlement.setParams(p);
        p.lambdaPerBillion = LAMBDA - 1;
        p.weightBps = [uint16(5000), 5000, 0, 1];
        vm.expectRevert(abi.encodeWithSelector(ParamsLib.WeightsAboveBps.selector, 10_001));
        settlement.setParams(p);
        p.weightBps[3] = 0;
        settlement.setParams(p);
        assertEq(settlement.paramsHash(), keccak256(abi.encode(p)), "hash");
        assertTrue(settlement.params().weightBps[1] == 5000, "weights");
    }

    function test_an_escrow_that_thaws_too_soon_is_refused() external {
        Config memory c = config();
        c.disputeWindowSeconds = THAW - EPOCH;
        vm.expectRevert(abi.encodeWithSelector(Settlement.ThawTooShort.selector, THAW));
        new Settlement(c);
    }
}
